//! Every route, in one list. The OpenAPI document is made of the same list, so the two cannot disagree.

use crate::{
    access::{grants, invitations, members, session, tokens},
    custody::{
        agreements, cases, clients, departures, destruction, holds, ledger, outside_logs, people as walled, walls,
    },
    document,
    experts::{courses, credentials, people, profiles, standing},
    extract::LOG_BYTES_MAX,
    quality::reports,
    releases::{keys, releases},
    work::{annotations, assignments, projects, submitted, tasks},
};
use axum::extract::DefaultBodyLimit;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};
use vouchsafe_app::App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vouchsafe",
        description = "Vetted experts make training data; every disclosure is recorded before the first byte leaves."
    ),
    security(("session" = []), ("token" = [])),
    modifiers(&Doors)
)]
struct Document;

/// The two ways to say who asks.
struct Doors;

impl Modify for Doors {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let cookie = ApiKey::Cookie(ApiKeyValue::new(crate::signed::COOKIE));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// Every route.
pub(crate) fn api() -> OpenApiRouter<App> {
    let mut routes = listed();
    document::complete(routes.get_openapi_mut());
    routes
}

fn listed() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        // access
        .routes(routes!(session::find_session, session::create_session, session::delete_session))
        .routes(routes!(session::create_session_by_link))
        .routes(routes!(session::delete_sessions))
        .routes(routes!(invitations::create_invitation, invitations::list_invitations))
        .routes(routes!(invitations::revoke_invitation))
        .routes(routes!(invitations::find_invitation, invitations::accept_invitation))
        .routes(routes!(members::list_members))
        .routes(routes!(members::suspend_member))
        .routes(routes!(members::resume_member))
        .routes(routes!(tokens::create_token, tokens::list_tokens))
        .routes(routes!(tokens::delete_token))
        .routes(routes!(grants::create_grant, grants::list_grants))
        .routes(routes!(grants::confirm_grant))
        .routes(routes!(grants::delete_grant))
        .merge(of_experts())
        // custody
        .routes(routes!(clients::create_client, clients::list_clients))
        .routes(routes!(clients::find_client, clients::change_client))
        .routes(routes!(agreements::create_agreement, agreements::list_agreements))
        .routes(routes!(agreements::find_agreement))
        .routes(routes!(agreements::sign_agreement))
        .routes(routes!(holds::create_hold, holds::list_holds))
        .routes(routes!(holds::release_hold))
        .routes(routes!(destruction::order_key_destruction, destruction::cancel_key_destruction))
        .routes(routes!(destruction::confirm_key_destruction))
        .routes(routes!(ledger::find_checkpoint))
        .routes(routes!(ledger::list_entries))
        .routes(routes!(ledger::find_consistency))
        .routes(routes!(ledger::find_inventory))
        .routes(routes!(ledger::find_inventory_csv))
        .routes(routes!(ledger::create_follower))
        .routes(routes!(ledger::erase_member))
        .routes(routes!(walls::create_organisation, walls::list_organisations))
        .routes(routes!(walls::look_at_organisation))
        .routes(routes!(walls::create_conflict, walls::list_conflicts))
        .routes(routes!(walls::find_wall_matrix))
        .routes(routes!(walls::create_wall, walls::change_wall_terms))
        .routes(routes!(walls::find_client_exposures))
        .routes(routes!(walls::list_gaps))
        .routes(routes!(walls::enter_gap))
        .routes(routes!(walled::find_own_custody))
        .routes(routes!(walled::find_person_custody))
        .routes(routes!(walled::find_statement))
        .routes(routes!(walled::create_own_interest))
        .routes(routes!(walled::delete_own_interest))
        .routes(routes!(walled::create_interest))
        .routes(routes!(walled::delete_interest))
        .routes(routes!(walled::confirm_declaration))
        .routes(routes!(walled::create_request, walled::list_requests))
        .routes(routes!(walled::decide_request))
        .routes(routes!(walled::put_notice))
        .routes(routes!(walled::create_merge))
        .routes(routes!(walled::put_budget, walled::list_budgets))
        .routes(routes!(departures::create_departure, departures::list_departures))
        .routes(routes!(departures::find_departure, departures::delete_departure))
        .routes(routes!(departures::approve_departure))
        .routes(routes!(departures::find_departure_file))
        .merge(detection())
        // work
        .routes(routes!(projects::find_home))
        .routes(routes!(projects::create_project))
        .routes(routes!(projects::find_project, projects::change_project))
        .routes(routes!(projects::list_projects))
        .routes(routes!(projects::find_progress))
        .routes(routes!(projects::list_batches))
        .routes(routes!(projects::list_flags))
        .routes(routes!(projects::resolve_flag))
        .routes(routes!(projects::create_schema))
        .routes(routes!(projects::create_guideline))
        .routes(routes!(projects::create_preview))
        .routes(routes!(projects::find_guideline))
        .routes(routes!(projects::acknowledge_guideline))
        .routes(routes!(assignments::create_assignment))
        .routes(routes!(assignments::find_assignment))
        .routes(routes!(assignments::open_assignment))
        .routes(routes!(assignments::put_draft))
        .routes(routes!(assignments::create_heartbeat))
        .routes(routes!(assignments::create_annotation))
        .routes(routes!(assignments::skip_assignment))
        .routes(routes!(assignments::flag_assignment))
        .routes(routes!(assignments::release_assignment))
        .routes(routes!(assignments::create_review))
        .routes(routes!(assignments::create_decision))
        .routes(routes!(assignments::find_judged))
        .routes(routes!(submitted::list_submitted))
        .routes(routes!(submitted::find_submitted))
        .routes(routes!(tasks::create_tasks, tasks::list_tasks))
        .routes(routes!(tasks::find_task))
        .routes(routes!(annotations::list_annotations))
        .routes(routes!(annotations::admit_annotation))
        .routes(routes!(annotations::find_consensus))
        .routes(routes!(annotations::reopen_decision))
        .routes(routes!(annotations::set_priority))
        // quality
        .routes(routes!(reports::find_quality))
        .routes(routes!(reports::find_own_reviewing))
        // releases
        .routes(routes!(releases::create_release, releases::list_releases))
        .routes(routes!(releases::find_release))
        .routes(routes!(releases::approve_release))
        .routes(routes!(releases::deliver_release))
        .routes(routes!(releases::find_release_file))
        .routes(routes!(keys::list_keys))
}

/// Who people are, what they can do, and how they stand.
fn of_experts() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(profiles::find_profile, profiles::put_profile))
        .routes(routes!(profiles::find_member_profile))
        .routes(routes!(credentials::create_credential))
        .routes(routes!(credentials::delete_credential))
        .routes(routes!(people::list_people))
        .routes(routes!(courses::find_course, courses::put_course))
        .routes(routes!(courses::find_own_course))
        .routes(routes!(standing::find_own_standing))
        .routes(routes!(standing::list_standings))
        .routes(routes!(standing::put_bars))
        .routes(routes!(standing::create_second_look))
        .routes(routes!(standing::decide_second_look))
}

/// Cases and outside logs.
fn detection() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(cases::list_cases))
        .routes(routes!(cases::find_case))
        .routes(routes!(cases::decide_case))
        .routes(routes!(cases::contest_case))
        .routes(routes!(cases::create_reveal))
        .routes(routes!(cases::decide_reveal))
        .routes(routes!(cases::list_own_cases))
        .routes(routes!(cases::find_standing_rule, cases::put_standing_rule))
        .routes(routes!(
            outside_logs::find_declaration,
            outside_logs::put_declaration,
            outside_logs::delete_declaration
        ))
        .routes(routes!(outside_logs::create_erasure))
        .routes(routes!(outside_logs::list_logs))
        .routes(routes!(outside_logs::list_watch_facts))
        .routes(
            routes!(outside_logs::put_watch_facts, outside_logs::delete_watch_facts)
                .layer(DefaultBodyLimit::max(LOG_BYTES_MAX)),
        )
        .routes(routes!(outside_logs::create_log).layer(DefaultBodyLimit::max(LOG_BYTES_MAX)))
}

/// The OpenAPI 3.1 document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}
