//! The operations of the document, and something to send to each.

use super::scene::Scene;
use hyper::Method;
use serde_json::{Value, json};
use vouchsafe_testkit::world::yes_no;

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// With `{names}` in it, without `/api/v1`.
    pub(crate) path: String,
}

/// Every operation, in the order of the document.
pub(crate) fn all() -> Vec<Operation> {
    let document = serde_json::to_value(vouchsafe_http::openapi()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if item.get(method).is_some() {
                let method = method.to_uppercase().parse().unwrap();
                all.push(Operation { method, path: path.trim_start_matches("/api/v1").to_owned() });
            }
        }
    }
    assert!(all.len() > 60, "the document lists the routes");
    all
}

/// Whoever reads the document without building the server reads this one.
#[test]
fn the_committed_document_is_the_servers_own() {
    let committed = include_str!("../../../../../web/src/api/openapi.json");
    let committed: Value = serde_json::from_str(committed).unwrap();
    assert!(committed == serde_json::to_value(vouchsafe_http::openapi()).unwrap(), "run `cargo xtask generate`");
}

/// Whoever knows the document alone knows the shape of a refusal, and where a repeat can be made safe.
#[test]
fn the_document_says_how_every_operation_refuses_and_takes_a_key() {
    let document = serde_json::to_value(vouchsafe_http::openapi()).unwrap();
    let problem = &document["components"]["schemas"]["Problem"]["properties"];
    assert!(["slug", "detail", "errors"].iter().all(|field| problem[field].is_object()), "{problem}");
    for operation in all() {
        let said = &document["paths"][format!("/api/v1{}", operation.path)][operation.method.as_str().to_lowercase()];
        let refusal = &said["responses"]["default"]["content"]["application/problem+json"]["schema"];
        assert_eq!(refusal["$ref"], "#/components/schemas/Problem", "{operation:?}");
        let parameters = said["parameters"].as_array().into_iter().flatten();
        let keyed = parameters.filter(|parameter| parameter["in"] == "header").count();
        let import = operation.path == "/projects/{project}/tasks";
        let takes = operation.method != Method::GET && !operation.is_open() && !import;
        assert_eq!(keyed, usize::from(takes), "{operation:?}");
    }
}

/// What the document says of parameters and of who may call is what holds.
#[test]
fn the_document_says_where_each_parameter_stands_and_which_routes_are_open() {
    let document = serde_json::to_value(vouchsafe_http::openapi()).unwrap();
    for operation in all() {
        let said = &document["paths"][format!("/api/v1{}", operation.path)][operation.method.as_str().to_lowercase()];
        let mut named: Vec<&str> = Vec::new();
        for parameter in said["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            match parameter["in"].as_str().unwrap() {
                "path" => named.push(name),
                "query" => assert_ne!(parameter["required"], true, "{operation:?}: {name} may be left out"),
                "header" => assert_eq!(name, "idempotency-key", "{operation:?}"),
                elsewhere => panic!("{operation:?}: {name} in {elsewhere}"),
            }
        }
        let mut held: Vec<&str> = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        named.sort_unstable();
        held.sort_unstable();
        assert_eq!(named, held, "{operation:?}");
        let open = said["security"] == json!([{}]) || said["security"] == json!([]);
        assert_eq!(open, operation.is_open(), "{operation:?}: {}", said["security"]);
    }
    for scheme in ["session", "token"] {
        assert!(document["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
        assert!(document["security"].as_array().unwrap().iter().any(|one| one.get(scheme).is_some()), "{scheme}");
    }
}

impl Operation {
    /// Whether anybody may call it: to sign in, to join.
    pub(crate) fn is_open(&self) -> bool {
        matches!(
            (self.method.as_str(), self.path.as_str()),
            ("POST", "/session" | "/session/link") | ("GET" | "POST", "/invitations/{secret}")
        )
    }

    pub(crate) fn reads(&self) -> bool {
        self.method == Method::GET
    }

    /// The path with every `{name}` replaced.
    pub(crate) fn with(&self, id: impl Fn(&str) -> String) -> String {
        let mut path = String::new();
        let mut rest = self.path.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap();
            path += before;
            path += &id(name);
            rest = after;
        }
        path + rest
    }

    /// What belongs to one client or one person by the ids in the path.
    pub(crate) fn is_scoped(&self) -> bool {
        self.path.contains('{') && !self.path.contains("{secret}")
    }

    /// A body that is well-formed for this operation.
    pub(crate) fn body(&self, scene: &Scene) -> Value {
        match (self.method.as_str(), self.path.as_str()) {
            ("POST", "/clients") => {
                json!({"name": "Otter", "code_name": "OTTER", "key": {"source": "file", "value": "otter"}})
            }
            ("PATCH", "/clients/{client}") => json!({"standing_approval": true}),
            ("POST", "/clients/{client}/agreements") => json!({"text": "Keep it."}),
            ("POST", "/clients/{client}/grants") => json!({"member": scene.newcomer}),
            ("POST", "/clients/{client}/holds") => json!({"reason": "A case."}),
            ("POST", "/clients/{client}/key_destruction") => json!({"code_name": "HERON"}),
            ("POST", "/clients/{client}/projects") => {
                json!({"name": "Second", "schema": yes_no(1), "guideline": "Read.", "pipeline": {}, "pool": {}})
            }
            ("POST", "/invitations") => json!({"role": "expert", "email": "new@example.org"}),
            ("POST", "/members/{member}/credentials") => json!({"kind": "md", "title": "MD", "evidence": "Register"}),
            ("POST", "/watch/erasures") => json!({"address": "somebody@lab.example"}),
            ("POST", "/tokens") => json!({"name": "token", "days": 1}),
            ("PUT", "/profile") => json!({"languages": ["en"]}),
            ("PATCH", "/projects/{project}") => json!({"state": "paused"}),
            ("POST", "/clients/{client}/agreement/sign" | "/projects/{project}/guideline/acknowledge") => {
                json!({"version": 1})
            }
            ("POST", "/projects/{project}/guidelines") => json!({"text": "Read twice."}),
            ("POST", "/projects/{project}/schemas") => json!({"schema": yes_no(1)}),
            ("POST", "/projects/{project}/priorities") => json!({"priority": 5, "tasks": [scene.task]}),
            ("POST", "/projects/{project}/tasks") => json!({"external_id": "n1", "data": {"question": "New?"}}),
            ("POST", "/projects/{project}/releases") => json!({"formats": ["full"]}),
            ("PUT", "/projects/{project}/course") => json!({"course": {"tasks": 2, "pass_mark": 0.5, "attempts": 1}}),
            ("PUT", "/projects/{project}/bars") => json!({"gold": {"probation_below": 0.8, "pause_below": 0.5}}),
            ("POST", "/projects/{project}/second-looks") => json!({"words": "Look again."}),
            ("POST", "/second-looks/{look}/decision") => json!({"restore": true, "words": "Seen again."}),
            ("POST", "/preview") => json!({"schema": yes_no(1), "row": {"question": "Shown?"}}),
            ("POST", "/assignments/{assignment}/annotation") => {
                json!({"answers": {"verdict": {"value": "no"}}, "active_ms": 5})
            }
            ("PUT", "/assignments/{assignment}/draft") => json!({"answers": {"verdict": {"value": "no"}}}),
            ("POST", "/assignments/{assignment}/skip" | "/assignments/{assignment}/flag") => {
                json!({"reason": "unclear_task", "comment": "Which one?"})
            }
            ("POST", "/assignments/{assignment}/decision") => json!({"answers": {"verdict": {"value": "yes"}}}),
            ("POST", "/tasks/{task}/decision/reopen") => json!({"reason": "Look again."}),
            ("POST", "/assignments/{assignment}/review") => json!({"verdict": "accept"}),
            ("POST", "/session") => json!({"email": "nobody@example.org", "password": "a wrong password"}),
            ("POST", "/invitations/{secret}") => json!({"name": "Somebody", "password": "a long password"}),
            ("POST", "/session/link") => json!({"secret": "none"}),
            _ => json!({}),
        }
    }
}
