//! Take budgets: what a role or a member may read within an hour, a day and 30 days.

use super::late::{of_installation, said};
use crate::{App, Asker, Error};
use serde::{Deserialize, Serialize};
use vouchsafe_domain::{access::role::Role, custody::budget::Budget, ids::MemberId};
use vouchsafe_ledger::act::Act;
use vouchsafe_store::{
    access::members,
    custody::{budgets, conflicts, walls},
};

/// A budget to be set.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBudget {
    /// Of a role by its word.
    #[serde(default)]
    pub role: Option<String>,
    /// Or of one account.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub member: Option<MemberId>,
    /// Items within an hour.
    pub hour: u32,
    /// Within a day.
    pub day: u32,
    /// Within 30 days.
    pub month: u32,
}

/// The budgets that hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Budgets {
    /// Of each role.
    pub roles: Vec<BudgetListed>,
    /// Of accounts that have one of their own.
    pub members: Vec<BudgetListed>,
}

/// A budget as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BudgetListed {
    /// The role's word, or the account's id.
    pub subject: String,
    /// The person's name; null for a role.
    pub name: Option<String>,
    /// Items within an hour.
    pub hour: u32,
    /// Within a day.
    pub day: u32,
    /// Within 30 days.
    pub month: u32,
    /// When somebody set it, RFC 3339; null where it is as it comes.
    pub set_at: Option<String>,
}

impl BudgetListed {
    fn of(subject: String, name: Option<String>, budget: Budget, set_at: Option<String>) -> Self {
        Self { subject, name, hour: budget.hour, day: budget.day, month: budget.month, set_at }
    }
}

impl App {
    /// The budgets of all roles, and of the accounts that have their own, for a custodian of the installation.
    pub async fn list_budgets(&self, asker: &Asker) -> Result<Budgets, Error> {
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("list_budgets").await?;
        of_installation(&mut tx, asker).await?;
        let set = budgets::list(&mut tx).await?;
        let roles = Role::ALL.into_iter().map(|role| {
            let own = set.iter().find(|one| one.subject == role.word());
            let budget = own.map_or_else(|| Budget::of(role), |own| own.budget);
            BudgetListed::of(role.word().to_owned(), None, budget, own.map(|own| own.set_at.to_string()))
        });
        let roles = roles.collect();
        let mut own = Vec::new();
        for one in set {
            let Some(member) = one.subject.parse::<MemberId>().ok().filter(|one| !hidden.member(*one)) else {
                continue;
            };
            let name = members::get(&mut tx, member).await?.map(|found| found.name);
            own.push(BudgetListed::of(one.subject, name, one.budget, Some(one.set_at.to_string())));
        }
        tx.abandon().await?;
        Ok(Budgets { roles, members: own })
    }

    /// Sets a budget, as a custodian of the installation. Nobody sets his own.
    pub async fn set_budget(&self, asker: &Asker, new: &NewBudget) -> Result<(), Error> {
        let budget = Budget { hour: new.hour, day: new.day, month: new.month };
        if new.hour > new.day || new.day > new.month {
            return Err(Error::invalid("/hour", "an hour's budget is at most a day's, a day's at most a month's"));
        }
        let hidden = self.hidden(asker).await?;
        let mut tx = self.store.write("set_budget").await?;
        of_installation(&mut tx, asker).await?;
        let subject = match (&new.role, new.member) {
            (Some(role), None) => {
                let role: Role = role.parse().map_err(|_| Error::invalid("/role", "is no role"))?;
                // Everybody's row, in whatever order: so nobody else who locks several may be about.
                conflicts::change_graph(&mut tx).await?;
                walls::touch_all(&mut tx).await?;
                role.word().to_owned()
            }
            (None, Some(member)) => {
                let found = members::get(&mut tx, member).await?.filter(|_| !hidden.member(member));
                let person = found.ok_or(Error::NotFound)?.person;
                if person == asker.person {
                    return Err(Error::Forbidden("somebody else sets one's budget"));
                }
                walls::touch(&mut tx, person).await?;
                member.to_string()
            }
            _ => return Err(Error::invalid("/role", "name a role or a member")),
        };
        budgets::set(&mut tx, &subject, budget, asker.member, self.now()).await?;
        let entry = said(self, Act::BudgetSet, asker)
            .of("subject", subject)
            .of("hour", new.hour)
            .of("day", new.day)
            .of("month", new.month);
        tx.commit([entry]).await?;
        Ok(())
    }
}
