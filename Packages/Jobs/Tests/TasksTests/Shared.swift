import Digests
import Foundation
import Templating

@testable import Evaluations
@testable import Tasks

/// Data sets, task files and numbers of the reference tool; they lie beside the repository, and tests that need them are
/// skipped without them.
enum Shared {
  static let reason = "needs the folder 'shared' beside the repository (or ASSAY_SHARED)"

  static let folder: String? = {
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../../..")
    let shared =
      ProcessInfo.processInfo.environment["ASSAY_SHARED"]
      ?? repository.appendingPathComponent("../shared").standardized.path
    return FileManager.default.fileExists(atPath: shared + "/goldens") ? shared : nil
  }()
  static var exists: Bool { folder != nil }
}

func sha256(_ text: String) -> String {
  Digest.sha256(of: text)
}

extension TemplateValue {
  var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    default: .nan
    }
  }
  var doubles: [Double] { if case .list(let values) = self { values.map(\.double) } else { [] } }
  var flags: [Bool] { if case .list(let values) = self { values.map { $0 == .boolean(true) } } else { [] } }
  subscript(key: String) -> TemplateValue {
    if case .dictionary(let dictionary) = self { dictionary[key] ?? .null } else { .null }
  }
}

/// Scores whose sum is `logLikelihood`, for as many tokens as `request` asks about.
func scores(_ logLikelihood: Double, isGreedy: Bool, for request: Request) -> Response {
  guard case .score(let request) = request else { return .score([]) }
  return .score(
    (request.first..<max(request.ids.count, request.first + 1)).map {
      TokenScore(
        logProbability: $0 == request.first ? Float(logLikelihood) : 0, argmax: 0, isGreedy: isGreedy)
    })
}
