//! What an entry may say happened: a closed vocabulary, each word with its kind.

/// What kind of thing an act is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Content left toward a recipient.
    Disclosure,
    /// Somebody changed something.
    Act,
    /// The server decided something, such as to refuse.
    Decision,
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident $kind:ident $word:literal)*) => {
        /// What happened. The word is what the ledger keeps; it is never changed or reused.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Act { $($(#[$doc])* $name,)* }

        impl Act {
            /// Every act.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in the ledger, `noun.verb`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Disclosure, act or decision.
            pub fn kind(self) -> Kind {
                match self { $(Self::$name => Kind::$kind,)* }
            }
        }
    };
}

acts! {
    /// A task's content was sent with a lease.
    AssignmentSent Disclosure "assignment.sent"
    /// A prefetched assignment was shown.
    AssignmentOpened Act "assignment.opened"
    /// A leased assignment was sent again to its holder.
    AssignmentResumed Disclosure "assignment.resumed"
    /// Somebody gave a task back unanswered.
    AssignmentSkipped Act "assignment.skipped"
    /// A lease was given back without a reason asked, such as a prefetch at sign-out.
    AssignmentReleased Act "assignment.released"
    /// A lease ended because its holder was gone.
    AssignmentLapsed Decision "assignment.lapsed"
    /// Something is wrong with a task.
    TaskFlagged Act "task.flagged"
    /// A flag was settled.
    FlagResolved Act "flag.resolved"
    /// Answers were submitted.
    AnnotationSubmitted Act "annotation.submitted"
    /// Answers came after their slot was taken; kept apart.
    AnnotationLate Act "annotation.late"
    /// A late annotation was let into overlap and consensus.
    AnnotationAdmitted Act "annotation.admitted"
    /// Answers came after a wall went up: refused, and kept sealed.
    AnnotationWalled Decision "annotation.walled"
    /// A reviewer decided.
    AnnotationReviewed Act "annotation.reviewed"
    /// An adjudicator decided what the answer of a task is.
    TaskAdjudicated Act "task.adjudicated"
    /// What an adjudicator decided shall be decided anew by somebody else.
    DecisionReopened Act "decision.reopened"
    /// A list whose rows hold content was sent.
    ListSent Disclosure "list.sent"
    /// A task with all its answers was sent.
    TaskSent Disclosure "task.sent"
    /// Tasks were brought in.
    TasksImported Act "tasks.imported"
    /// Tasks were given another priority.
    TasksMoved Act "tasks.moved"
    /// Consensus was computed.
    ConsensusComputed Act "consensus.computed"
    /// The quality of a project was reckoned.
    QualityComputed Act "quality.computed"
    /// Figures of quality were sent.
    QualitySent Disclosure "quality.sent"
    /// How an expert stands in a project changed, by rule or by a second look.
    StandingChanged Decision "expert_standing.changed"
    /// What a project asks of its experts was set.
    BarsSet Act "expert_bars.set"
    /// An expert asked that somebody looks a second time at how he stands.
    SecondLookAsked Act "second_look.asked"
    /// Somebody who did not set the rule decided that.
    SecondLookDecided Act "second_look.decided"
    /// A project was made a qualification course, or changed as one, or is one no more.
    CourseSet Act "course.set"
    /// An attempt at a course was graded.
    CourseGraded Decision "course.graded"
    /// The consensus of a task was sent.
    ConsensusSent Disclosure "consensus.sent"
    /// Content was resolved for a preview.
    PreviewSent Disclosure "preview.sent"
    /// A project came to be.
    ProjectCreated Act "project.created"
    /// A project's settings or state changed.
    ProjectChanged Act "project.changed"
    /// A project's name, schema or figures were sent.
    ProjectSent Disclosure "project.sent"
    /// A new version of a schema.
    SchemaCreated Act "schema.created"
    /// A new version of a guideline.
    GuidelineCreated Act "guideline.created"
    /// A guideline's text was sent.
    GuidelineSent Disclosure "guideline.sent"
    /// A member said to have read a guideline.
    GuidelineAcknowledged Act "guideline.acknowledged"
    /// A client came to be.
    ClientCreated Act "client.created"
    /// A client's settings changed.
    ClientChanged Act "client.changed"
    /// A client's data key was unwrapped by its source's key and taken into memory.
    KeyUsed Act "key.used"
    /// A client's key could not be had or was refused.
    KeyWithdrawn Decision "key.withdrawn"
    /// A client's key answered again.
    KeyRestored Decision "key.restored"
    /// One person ordered a client's data key destroyed.
    KeyDestructionOrdered Act "key.destruction_ordered"
    /// That order was taken back.
    KeyDestructionCancelled Act "key.destruction_cancelled"
    /// A client's data key was destroyed.
    KeyDestroyed Act "key.destroyed"
    /// A new version of a client's agreement.
    AgreementCreated Act "agreement.created"
    /// An agreement's text was sent.
    AgreementSent Disclosure "agreement.sent"
    /// A member signed an agreement.
    AgreementSigned Act "agreement.signed"
    /// A hold was placed.
    HoldPlaced Act "hold.placed"
    /// A hold was released.
    HoldReleased Act "hold.released"
    /// A grant into a client was proposed.
    GrantProposed Act "grant.proposed"
    /// A second person confirmed a grant.
    GrantConfirmed Act "grant.confirmed"
    /// A custodian said which organisation one is that somebody named.
    OrganisationLookedAt Act "organisation.looked_at"
    /// What two persons approved turned out to be one human's: a second one is needed anew.
    ApprovalUndone Decision "approval.undone"
    /// A grant ended.
    GrantRevoked Act "grant.revoked"
    /// Access to content was refused by a rule.
    AccessRefused Decision "access.refused"
    /// A release was ordered.
    ReleaseOrdered Act "release.ordered"
    /// The build of a release began, or goes on: from here its range leaves the database for sealed files.
    ReleaseBuilding Disclosure "release.building"
    /// The build of a release came to nothing.
    ReleaseFailed Decision "release.failed"
    /// A release's name, figures and list of files were sent.
    ReleaseSent Disclosure "release.sent"
    /// A signing key of the installation was made.
    SigningKeyCreated Act "signing_key.created"
    /// A release's folder was built and signed.
    ReleaseBuilt Act "release.built"
    /// One person approved a release.
    ReleaseApproved Act "release.approved"
    /// A release was opened for delivery.
    ReleaseDelivered Act "release.delivered"
    /// A file of a release was sent.
    ReleaseFileSent Disclosure "release.file_sent"
    /// A client's own people asked for all of it.
    DepartureOrdered Act "departure.ordered"
    /// The build of a departure began, or goes on: from here the client's rows leave the database for sealed files.
    DepartureBuilding Disclosure "departure.building"
    /// A departure's folder was built and signed.
    DepartureBuilt Act "departure.built"
    /// The build of a departure came to nothing.
    DepartureFailed Decision "departure.failed"
    /// One person approved a departure.
    DepartureApproved Act "departure.approved"
    /// A file of a departure was sent.
    DepartureFileSent Disclosure "departure.file_sent"
    /// A departure was taken back, or its time was over: its folder is removed.
    DepartureEnded Act "departure.ended"
    /// An invitation was made.
    InvitationCreated Act "invitation.created"
    /// An invitation was taken back.
    InvitationRevoked Act "invitation.revoked"
    /// A person joined by an invitation.
    MemberJoined Act "member.joined"
    /// A member was suspended.
    MemberSuspended Act "member.suspended"
    /// A member was let in again.
    MemberResumed Act "member.resumed"
    /// A link that signs a member in once was made.
    SignInLinkCreated Act "sign_in_link.created"
    /// Somebody signed in.
    SessionStarted Act "session.started"
    /// Somebody is trying to sign in: counted before the password is looked at.
    SessionTried Decision "session.tried"
    /// A session was still in use a good while after it began.
    SessionContinued Act "session.continued"
    /// A sign-in failed.
    SessionRefused Decision "session.refused"
    /// Sessions were ended.
    SessionEnded Act "session.ended"
    /// A token was made.
    TokenCreated Act "token.created"
    /// A token was revoked.
    TokenRevoked Act "token.revoked"
    /// A person's profile changed.
    ProfileChanged Act "profile.changed"
    /// A credential was recorded as verified.
    CredentialVerified Act "credential.verified"
    /// A credential was taken back.
    CredentialRevoked Act "credential.revoked"
    /// The server started; the object names its version.
    ServerStarted Act "server.started"
    /// A backup was begun: from here everything, sealed as it lies, leaves the database for a file.
    BackupWritten Disclosure "backup.written"
    /// A backup was restored.
    BackupRestored Act "backup.restored"
    /// The database lacks entries that were known: it takes nothing new.
    QuarantineBegan Decision "quarantine.began"
    /// An operator let it take new work again.
    QuarantineLifted Act "quarantine.lifted"
    /// Entries of this ledger were sent to somebody who may read it.
    LogSent Disclosure "log.sent"
    /// Heads, hashes or commitments of this ledger were asked for; once in an hour for each session or token.
    LogLookedAt Act "log.looked_at"
    /// Somebody who keeps this ledger's heads has checked them.
    LogFollowed Act "log.followed"
    /// This ledger goes on from an earlier state, under a new name.
    EpochBegan Decision "epoch.began"
    /// A custodian entered that a person had been sent content of this client before entries were lost.
    ExposureEntered Act "exposure.entered"
    /// A custodian said that what was lost of this client's walls and exposures is entered again.
    GapClosed Act "gap.closed"
    /// Whoever stands at the machine declared that one person runs this installation, or that no longer one does.
    OnePersonDeclared Act "one_person.declared"
    /// A signing key handed over to a fresh one.
    SigningKeyRotated Act "signing_key.rotated"
    /// A person's name, address and personal parts of entries were destroyed.
    PersonErased Act "person.erased"
    /// What erasure keeps of a person had its end.
    PersonForgotten Decision "person.forgotten"
    /// The server's clock went back.
    ClockSteppedBack Decision "clock.stepped_back"
    /// The server's clock went ahead of the time that had passed.
    ClockSteppedAhead Decision "clock.stepped_ahead"
    /// An organisation was entered.
    OrganisationCreated Act "organisation.created"
    /// A conflict between organisations was declared.
    ConflictDeclared Act "conflict.declared"
    /// A conflict between organisations ended.
    ConflictEnded Act "conflict.ended"
    /// The owner of the installation came into conflict with the client whose ledger says so.
    OwnerConflicted Decision "owner.conflicted"
    /// A person's tie to an organisation was declared.
    InterestDeclared Act "interest.declared"
    /// A person's tie ended.
    InterestEnded Act "interest.ended"
    /// A person looked at his declarations again before a project.
    DeclarationConfirmed Act "declaration.confirmed"
    /// A person was shut out of a client.
    WallOrdered Act "wall.ordered"
    /// An ordered wall was lifted by two persons.
    WallLifted Act "wall.lifted"
    /// A lease ended because a wall went up.
    AssignmentWalled Decision "assignment.walled"
    /// Something that takes two persons was asked for.
    RequestMade Act "request.made"
    /// A second person decided it.
    RequestDecided Act "request.decided"
    /// A conflict was set aside for one person, by two.
    WaiverGranted Act "waiver.granted"
    /// A member was let into the client for a while without a grant, by two.
    GlassBroken Act "glass.broken"
    /// A take budget was set.
    BudgetSet Act "budget.set"
    /// Two persons were found to be one.
    PersonsMerged Act "person.merged"
    /// A person gave notice, or took it back.
    NoticeGiven Act "person.notice_given"
    /// A person's last day came: his accounts, leases and tokens ended.
    PersonLeft Decision "person.left"
    /// A case about a person was opened.
    CaseOpened Decision "case.opened"
    /// A case narrowed or suspended a person's accounts by the standing rule.
    CaseMeasured Decision "case.measured"
    /// What a case did at once was undone.
    CaseLifted Act "case.lifted"
    /// Something was added to a case: a rule that fits, or what acts told late would have changed.
    CaseAmended Decision "case.amended"
    /// A case with its time-line was sent.
    CaseSent Act "case.sent"
    /// A person decided a case.
    CaseDecided Act "case.decided"
    /// A case was contested.
    CaseContested Act "case.contested"
    /// Somebody asked to see whom a case is about.
    RevealAsked Act "reveal.asked"
    /// A second person decided that.
    RevealDecided Act "reveal.decided"
    /// What a case does at once was set or ended.
    StandingRuleSet Act "standing_rule.set"
    /// What of outside logs may be looked at was declared or ended.
    WatchDeclared Act "watch.declared"
    /// What is known besides outside logs was sent or deleted: people, catalogue, domains, facts of employment.
    WatchFactsChanged Act "watch.facts_changed"
    /// An outside log was read.
    LogRead Act "outside_log.read"
    /// What was found in an outside log was forgotten, its time being over.
    LogForgotten Decision "outside_log.forgotten"
    /// `doctor` looked at the database.
    DoctorRan Act "doctor.ran"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_acts_share_a_word() {
        let words: std::collections::HashSet<_> = Act::ALL.iter().map(|act| act.word()).collect();
        assert_eq!(words.len(), Act::ALL.len());
        assert!(
            words
                .iter()
                .all(|w| w.split('.').count() == 2
                    && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_'))
        );
    }
}
