//! Which kinds of act the own rules know, vendor by vendor: one small event of each, and one beside it that must not fit.

use serde_json::{Value, json};
use vouchsafe_watch::read::sources::Sources;
use vouchsafe_watch::rules::{Alerts, Rules};

/// The log by name, the event, and the class that it belongs to, or none.
type Kind = (&'static str, Value, Option<&'static str>);

fn google(app: &str, name: &str, parameters: &Value) -> Value {
    json!({"id": {"applicationName": app, "time": "2025-05-05T02:50:47Z"}, "actor": {"email": "ann@lab.example"},
        "name": name, "parameters": parameters})
}

fn aws(name: &str, request: &Value) -> Value {
    json!({"eventSource": "x.amazonaws.com", "eventName": name, "eventTime": "2025-05-05T02:50:47Z",
        "userIdentity": {"userName": "ann", "type": "IAMUser"}, "requestParameters": request, "recipientAccountId": "1"})
}

fn m365(operation: &str, more: &Value) -> Value {
    let mut event = json!({"CreationTime": "2025-05-05T02:50:47", "Operation": operation, "UserId": "ann@lab.example", "Workload": "X"});
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    event
}

fn okta(name: &str) -> Value {
    json!({"eventType": name, "published": "2025-05-05T02:50:47Z", "actor": {"alternateId": "ann@lab.example"}, "outcome": {"result": "SUCCESS"}})
}

fn snowflake(query: &str) -> Value {
    json!({"QUERY_TEXT": query, "QUERY_TYPE": "X", "EXECUTION_STATUS": "SUCCESS", "USER_NAME": "ANN"})
}

fn slack(action: &str) -> Value {
    json!({"action": action, "date_create": 1_746_413_447, "actor": {"user": {"email": "ann@lab.example"}},
        "entity": {"type": "workspace"}, "context": {"ip_address": "192.0.2.1"}})
}

/// A job, as `BigQuery`'s audit metadata tells of it.
fn bigquery(kind: &str) -> Value {
    json!({"logName": "l", "resource": {"type": "bigquery_project"}, "timestamp": "2025-05-05T02:50:47Z", "protoPayload": {
        "serviceName": "bigquery.googleapis.com", "methodName": "google.cloud.bigquery.v2.JobService.InsertJob",
        "authenticationInfo": {"principalEmail": "ann@lab.example"}, "metadata": {"jobChange": {"job": {"jobConfig": {"type": kind}}}}}})
}

const GUARD: Option<&str> = Some("custody-control-change");
const OUT: Option<&str> = Some("outward-share");
const TAKE: Option<&str> = Some("bulk-take");
const AS_ANOTHER: Option<&str> = Some("impersonation");

fn of_google() -> Vec<Kind> {
    let none = json!({});
    vec![
        ("google", google("login", "2sv_disable", &none), GUARD),
        ("google", google("login", "2sv_enroll", &none), None),
        ("google", google("admin", "ENFORCE_STRONG_AUTHENTICATION", &json!({"NEW_VALUE": "false"})), GUARD),
        ("google", google("admin", "ENFORCE_STRONG_AUTHENTICATION", &json!({"NEW_VALUE": "true"})), None),
        ("google", google("admin", "ASSIGN_ROLE", &json!({"ROLE_NAME": "_SEED_ADMIN_ROLE"})), GUARD),
        ("google", google("admin", "UNASSIGN_ROLE", &none), None),
        (
            "google",
            google("token", "authorize", &json!({"scope": ["https://www.googleapis.com/auth/drive.readonly"]})),
            OUT,
        ),
        ("google", google("token", "authorize", &json!({"scope": ["openid"]})), None),
        ("google", google("token", "revoke", &json!({"scope": ["https://www.googleapis.com/auth/drive"]})), None),
        ("google", google("groups_enterprise", "add_member", &json!({"member_id": "eve@rival.example"})), OUT),
        ("google", google("groups_enterprise", "add_member", &json!({"member_id": "bob@lab.example"})), None),
        ("google", google("admin", "CHANGE_GROUP_SETTING", &json!({"NEW_VALUE": "ANYONE_CAN_JOIN"})), OUT),
        ("google", google("admin", "CHANGE_GROUP_SETTING", &json!({"NEW_VALUE": "INVITED_CAN_JOIN"})), None),
        ("google", google("admin", "SECURITY_INVESTIGATION_EXPORT_QUERY", &none), TAKE),
        ("google", google("admin", "CUSTOMER_TAKEOUT_CREATED", &none), TAKE),
        ("google", google("drive", "publish_change", &json!({"new_publish_visibility": "public_on_the_web"})), OUT),
    ]
}

fn of_microsoft_and_okta() -> Vec<Kind> {
    let none = json!({});
    vec![
        ("m365", m365("Disable Strong Authentication.", &none), GUARD),
        ("m365", m365("Add member to role.", &none), GUARD),
        ("m365", m365("Remove member from role.", &none), None),
        ("m365", m365("Consent to application.", &none), OUT),
        ("m365", m365("AnonymousLinkCreated", &none), OUT),
        ("m365", m365("HardDelete", &none), Some("destruction")),
        ("m365", m365("FileAccessed", &none), None),
        ("m365", m365("ExportArtifact", &none), TAKE),
        ("okta", okta("user.mfa.factor.reset_all"), GUARD),
        ("okta", okta("user.mfa.factor.activate"), None),
        ("okta", okta("user.account.privilege.grant"), GUARD),
        ("okta", okta("user.account.privilege.revoke"), None),
        ("okta", okta("app.oauth2.as.consent.grant"), OUT),
        ("okta", okta("system.idp.lifecycle.create"), AS_ANOTHER),
    ]
}

fn of_clouds_and_code() -> Vec<Kind> {
    let admin = json!({"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
    let reader = json!({"policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    let own_key = json!({"x-amz-server-side-encryption-customer-algorithm": "AES256", "bucketName": "b"});
    vec![
        ("cloudtrail", aws("DeactivateMFADevice", &json!({"userName": "ann"})), GUARD),
        ("cloudtrail", aws("EnableMFADevice", &json!({"userName": "ann"})), None),
        ("cloudtrail", aws("AttachUserPolicy", &admin), GUARD),
        ("cloudtrail", aws("AttachUserPolicy", &reader), None),
        ("cloudtrail", aws("CreateAccessKey", &json!({"userName": "bob"})), AS_ANOTHER),
        ("cloudtrail", aws("CreateAccessKey", &json!({"userName": "ann"})), None),
        ("cloudtrail", aws("PutObject", &own_key), Some("destruction")),
        ("cloudtrail", aws("PutObject", &json!({"bucketName": "b"})), None),
        ("cloudtrail", aws("CreateDBSnapshot", &json!({"dBInstanceIdentifier": "d"})), TAKE),
        (
            "cloudtrail",
            aws("ModifySnapshotAttribute", &json!({"createVolumePermission": {"add": {"items": [{"group": "all"}]}}})),
            OUT,
        ),
        ("cloudtrail", aws("DeleteTrail", &json!({"name": "t"})), Some("log-tamper")),
        (
            "github",
            json!({"action": "org.update_member", "org": "lab", "actor": "ann", "created_at": 1, "permission": "admin"}),
            GUARD,
        ),
        (
            "github",
            json!({"action": "org.update_member", "org": "lab", "actor": "ann", "created_at": 1, "permission": "read"}),
            None,
        ),
        ("github", json!({"action": "hook.create", "org": "lab", "actor": "ann", "created_at": 1}), OUT),
        ("snowflake", snowflake("GRANT OWNERSHIP ON TABLE t TO ROLE r"), Some("ownership-transfer")),
        ("snowflake", snowflake("ALTER USER ann SET MINS_TO_BYPASS_MFA = 60"), GUARD),
        ("slack", slack("pref.dlp_access_changed"), GUARD),
        ("slack", slack("user_login"), None),
        ("gcp", bigquery("EXPORT"), TAKE),
        ("gcp", bigquery("QUERY"), None),
        ("snowflake", snowflake("select 1"), None),
    ]
}

/// Who signs in as somebody else, and what stands between.
fn of_signing_in() -> Vec<Kind> {
    let none = json!({});
    let root = |who: &str, said: &str| {
        let mut event = aws("ConsoleLogin", &none);
        event["userIdentity"] = json!({"type": who, "accountId": "1"});
        event["responseElements"] = json!({"ConsoleLogin": said});
        event
    };
    let strong =
        |name: &str| google("admin", "CHANGE_APPLICATION_SETTING", &json!({"SETTING_NAME": name, "NEW_VALUE": "off"}));
    vec![
        ("google", google("login", "gov_attack_warning", &none), AS_ANOTHER),
        ("google", google("login", "login_success", &none), None),
        ("google", strong("Password Management - Enforce strong password"), GUARD),
        ("google", strong("Themes - Colour"), None),
        ("m365", m365("Set domain authentication.", &none), AS_ANOTHER),
        ("m365", m365("Verify domain.", &none), None),
        ("m365", m365("AlertTriggered", &json!({"Name": "Data exfiltration to unsanctioned apps"})), TAKE),
        ("m365", m365("AlertTriggered", &json!({"Name": "Messages have been delayed"})), None),
        ("okta", okta("user.account.report_suspicious_activity_by_enduser"), AS_ANOTHER),
        ("okta", okta("system.api_token.create"), OUT),
        ("okta", okta("system.api_token.revoke"), None),
        ("slack", slack("intune_disabled"), GUARD),
        ("slack", slack("intune_enabled"), None),
        ("cloudtrail", root("Root", "Success"), AS_ANOTHER),
        ("cloudtrail", root("IAMUser", "Success"), None),
    ]
}

/// What the vendors' own lists of acts have besides.
fn of_further_kinds() -> Vec<Kind> {
    let (none, kms) = (json!({}), "kms.amazonaws.com");
    let of = |source: &str, mut event: Value| {
        event["eventSource"] = source.into();
        event
    };
    let guest = json!({"TargetUserOrGroupType": "Guest"});
    let webhook = |action: &str, more: &Value| {
        let mut event = json!({"action": action, "sender": {"login": "ann"}, "repository": {"full_name": "lab/x", "visibility": "public"}});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let policy = |delta: &Value| {
        json!({"logName": "l", "resource": {"type": "project"}, "timestamp": "2025-05-05T02:50:47Z", "protoPayload": {
            "serviceName": "x", "methodName": "SetIamPolicy", "authenticationInfo": {"principalEmail": "ann@lab.example"},
            "serviceData": {"policyDelta": delta}}})
    };
    let owner = |role: &str| {
        policy(&json!({"bindingDeltas": [{"action": "ADD", "role": role, "member": "user:bob@lab.example"}]}))
    };
    let anomaly = |reason: &str| {
        let mut event = slack("anomaly");
        event["details"] = json!({"reason": [reason]});
        event
    };
    vec![
        ("google", google("access_transparency", "ACCESS", &none), OUT),
        ("google", google("chat", "add_room_member", &json!({"target_users": ["eve@rival.example"]})), OUT),
        ("google", google("chat", "add_room_member", &json!({"target_users": ["bob@lab.example"]})), None),
        ("google", google("data_studio", "DATA_EXPORT", &none), TAKE),
        ("google", google("data_studio", "VIEW", &none), None),
        ("google", google("admin", "GENERATE_2SV_SCRATCH_CODES", &none), AS_ANOTHER),
        ("google", google("admin", "CHANGE_SSO_SETTINGS", &none), AS_ANOTHER),
        ("google", google("admin", "CHANGE_PRIMARY_DOMAIN", &none), Some("ownership-transfer")),
        ("m365", m365("Add service principal credentials.", &none), AS_ANOTHER),
        ("m365", m365("Add service principal.", &none), None),
        ("m365", m365("Download users - finished (bulk)", &none), TAKE),
        ("m365", m365("PublishToWebReport", &none), OUT),
        ("m365", m365("ViewReport", &none), None),
        ("m365", m365("AddedToGroup", &guest), OUT),
        ("m365", m365("AddedToGroup", &json!({"TargetUserOrGroupType": "Member"})), None),
        ("m365", m365("Set-CsTenantFederationConfiguration", &none), GUARD),
        ("m365", m365("Remove-SafeAttachmentRule", &none), GUARD),
        ("m365", m365("New-SafeAttachmentRule", &none), None),
        ("okta", okta("zone.update"), GUARD),
        ("okta", okta("app.oauth2.credentials.lifecycle.create"), AS_ANOTHER),
        ("okta", okta("app.oauth2.credentials.lifecycle.delete"), None),
        ("slack", slack("idp_configuration_added"), AS_ANOTHER),
        ("slack", slack("idp_configuration_deleted"), None),
        ("slack", anomaly("session_fingerprint"), AS_ANOTHER),
        ("slack", anomaly("asn"), None),
        ("slack", slack("pref.block_file_download_for_unapproved_ip"), GUARD),
        ("cloudtrail", aws("DisableAlarmActions", &none), Some("log-tamper")),
        ("cloudtrail", aws("EnableAlarmActions", &none), None),
        ("cloudtrail", of("events.amazonaws.com", aws("DeleteRule", &none)), Some("log-tamper")),
        ("cloudtrail", of("waf.amazonaws.com", aws("DeleteRule", &none)), None),
        ("cloudtrail", of("datasync.amazonaws.com", aws("StartTaskExecution", &none)), TAKE),
        ("cloudtrail", of("batch.amazonaws.com", aws("CreateJob", &none)), None),
        ("cloudtrail", aws("DeleteDBInstanceAutomatedBackup", &none), Some("destruction")),
        ("cloudtrail", of(kms, aws("PutKeyPolicy", &none)), GUARD),
        ("cloudtrail", of(kms, aws("GetKeyPolicy", &none)), None),
        (
            "github",
            json!({"action": "org.update_saml_provider_settings", "org": "lab", "actor": "ann", "created_at": 1}),
            AS_ANOTHER,
        ),
        ("github-webhook", webhook("publicized", &none), OUT),
        ("github-webhook", webhook("created", &json!({"comment": {"id": 1}})), None),
        ("github-webhook", webhook("transferred", &none), Some("ownership-transfer")),
        ("github-webhook", webhook("transferred", &json!({"issue": {"id": 1}})), None),
        ("gcp", owner("roles/owner"), GUARD),
        ("gcp", owner("roles/viewer"), None),
        ("gcp", policy(&json!({"auditConfigDeltas": [{"action": "REMOVE"}]})), Some("log-tamper")),
    ]
}

/// Records that fall silent, guards that are loosened, and keys that are made, as the vendors' own lists of acts have them.
fn of_records_guards_and_keys() -> Vec<Kind> {
    let (none, tamper) = (json!({}), Some("log-tamper"));
    let gcp = |method: &str| {
        json!({"logName": "l", "resource": {"type": "x"}, "timestamp": "2025-05-05T02:50:47Z", "protoPayload": {
            "serviceName": "x", "methodName": method, "authenticationInfo": {"principalEmail": "ann@lab.example"}}})
    };
    let notion = |kind: &str| {
        json!({"event": {"id": "1", "timestamp": "2025-05-05T02:50:47.000Z", "workspace_id": "w", "type": kind,
            "actor": {"id": "a", "object": "user", "type": "person", "person": {"email": "ann@lab.example"}}}})
    };
    let app = |name: &str| {
        let mut event = okta("application.lifecycle.create");
        event["target"] = json!([{"type": "AppInstance", "displayName": name}]);
        event
    };
    let scan = |setting: &str, new: &str| {
        google("admin", "CHANGE_APPLICATION_SETTING", &json!({"SETTING_NAME": setting, "NEW_VALUE": new}))
    };
    vec![
        ("cloudtrail", aws("StopActivityStream", &none), tamper),
        ("cloudtrail", aws("StartActivityStream", &none), None),
        ("cloudtrail", aws("ArchiveFindings", &none), tamper),
        ("cloudtrail", aws("UnarchiveFindings", &none), None),
        ("cloudtrail", aws("CreateFilter", &json!({"action": "ARCHIVE"})), tamper),
        ("cloudtrail", aws("CreateFilter", &json!({"action": "NOOP"})), None),
        ("cloudtrail", aws("BatchUpdateFindings", &json!({"Workflow": {"Status": "SUPPRESSED"}})), tamper),
        ("cloudtrail", aws("BatchUpdateFindings", &json!({"Workflow": {"Status": "NOTIFIED"}})), None),
        ("cloudtrail", aws("DownloadDBLogFilePortion", &none), TAKE),
        ("cloudtrail", aws("DescribeDBLogFiles", &none), None),
        ("cloudtrail", aws("CreateTrafficMirrorSession", &none), TAKE),
        ("cloudtrail", aws("DeleteTrafficMirrorSession", &none), None),
        ("cloudtrail", aws("UpdateProjectVisibility", &json!({"projectVisibility": "PUBLIC_READ"})), OUT),
        ("cloudtrail", aws("UpdateProjectVisibility", &json!({"projectVisibility": "PRIVATE"})), None),
        ("cloudtrail", aws("DisassociateWebACL", &none), GUARD),
        ("cloudtrail", aws("AssociateWebACL", &none), None),
        ("cloudtrail", aws("ModifyDBInstance", &json!({"deletionProtection": false})), GUARD),
        ("cloudtrail", aws("ModifyDBInstance", &json!({"deletionProtection": true})), None),
        ("google", scan("AttachmentDeepScanningSettingsProto deep_scanning_enabled", "false"), GUARD),
        ("google", scan("AttachmentDeepScanningSettingsProto deep_scanning_enabled", "true"), None),
        ("google", google("admin", "CREATE_ROLE", &none), GUARD),
        ("google", google("admin", "DELETE_ROLE", &none), None),
        ("okta", app("Okta Org2Org"), AS_ANOTHER),
        ("okta", app("Wiki"), None),
        ("gcp", gcp("storage.hmacKeys.create"), AS_ANOTHER),
        ("gcp", gcp("storage.hmacKeys.list"), None),
        ("gcp", gcp("v1.compute.snapshots.insert"), TAKE),
        ("gcp", gcp("v1.compute.snapshots.list"), None),
        ("notion", notion("workspace.scim_token_generated"), OUT),
        ("notion", notion("workspace.scim_token_revoked"), None),
    ]
}

/// Further kinds, one a line: the log, the class or null, and an event made up after the shapes that the vendors document.
const FURTHER: &str = include_str!("../reference/kinds.jsonl");

fn of_further_vendors() -> Vec<(String, Value, Option<String>)> {
    let told = FURTHER.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    told.map(|told| {
        let text = |name: &str| told[name].as_str().map(str::to_owned);
        (text("log").unwrap(), told["event"].clone(), text("class"))
    })
    .collect()
}

#[test]
fn each_kind_is_known_and_what_lies_beside_it_is_not() {
    let (sources, rules) = (Sources::own().unwrap(), Rules::own().unwrap());
    let kinds = of_google().into_iter().chain(of_microsoft_and_okta()).chain(of_clouds_and_code());
    let kinds = kinds.chain(of_signing_in()).chain(of_further_kinds()).chain(of_records_guards_and_keys());
    let kinds = kinds.map(|(log, event, class)| (log.to_owned(), event, class.map(str::to_owned)));
    let mut differ = Vec::new();
    for (log, event, class) in kinds.chain(of_further_vendors()) {
        let acts = sources.acts(event.clone(), None);
        assert_eq!(acts[0].source, log, "{event}");
        let found = rules.matches(&acts[0], &mut Alerts::default());
        let classes: Vec<Value> =
            found.iter().flat_map(|found| &found.rule.classes).map(|of| serde_json::to_value(of).unwrap()).collect();
        let fits = class.as_ref().map_or(classes.is_empty(), |class| classes.iter().any(|of| of == class));
        if !fits {
            differ.push(format!("{event}: {class:?} expected, {classes:?} found"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// A rule that no log can fit would be a promise that nobody keeps.
#[test]
fn every_rule_asks_a_log_that_is_known() {
    let sources = Sources::own().unwrap();
    for rule in Rules::own().unwrap().all() {
        for source in rule.sources() {
            assert!(source == "*" || sources.named(source).is_some(), "{} asks {source}", rule.id);
        }
    }
}

/// A change may be worth knowing and yet be none of the worse kind beside it: a bucket's policy was changed, and nothing was opened.
#[test]
fn a_kind_is_not_held_for_the_worse_one_beside_it() {
    let (sources, rules) = (Sources::own().unwrap(), Rules::own().unwrap());
    let told = FURTHER.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    for told in told.filter(|told| !told["not"].is_null()) {
        let act = &sources.acts(told["event"].clone(), None)[0];
        for found in rules.matches(act, &mut Alerts::default()) {
            let classes = serde_json::to_value(&found.rule.classes).unwrap();
            assert!(!classes.as_array().unwrap().contains(&told["not"]), "{}: {}", found.rule.id, told["event"]);
        }
    }
}
