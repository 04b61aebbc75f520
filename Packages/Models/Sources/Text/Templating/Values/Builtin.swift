/// The functions that every template can call.
enum Builtin: String, Sendable {
  case range, dict, namespace
  case raiseException = "raise_exception"
  case strftimeNow = "strftime_now"

  func isAvailable(in environment: TemplateEnvironment) -> Bool {
    switch self {
    case .range, .dict, .namespace: true
    case .raiseException, .strftimeNow: environment.hasChatExtensions
    }
  }
}
