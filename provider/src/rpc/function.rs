//! Functions, of which there are none.

use provider_core::diagnostics::{Diagnostic, Diagnostics};

use super::{Answer, Answered};
use crate::server::Server;
use crate::wire::proto;

pub(super) fn list(_: &Server, _: proto::GetFunctionsRequest) -> Answered<proto::GetFunctionsResponse> {
    Ok(proto::GetFunctionsResponse::default())
}

pub(super) fn call(_: &Server, request: proto::CallFunctionRequest) -> Answered<proto::CallFunctionResponse> {
    let detail = format!("This provider has no function called {}.", request.name);
    Err(vec![Diagnostic::error("Unknown function", detail)])
}

/// A function's error is one text and no diagnostic.
impl Answer for proto::CallFunctionResponse {
    fn of(diagnostics: Diagnostics) -> Self {
        let error = proto::FunctionError { text: super::sentence(&diagnostics), function_argument: None };
        proto::CallFunctionResponse { error: Some(error), result: None }
    }
}
