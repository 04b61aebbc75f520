internal import Foundation

/// What the Hub lists of a model at a revision: its commit and its files.
struct HubListing: Sendable {
  let commit: String
  let files: [String]

  private struct Answer: Decodable {
    struct Sibling: Decodable { var rfilename: String }
    var sha: String
    var siblings: [Sibling]?
  }

  /// - Throws: ``HubError`` if the text is not such an answer, or names files outside of the model.
  init(json: Data, of model: HubModel, from host: String) throws(HubError) {
    guard let answer = try? JSONDecoder().decode(Answer.self, from: json), HubModel.isCommit(answer.sha)
    else {
      throw HubError(.notUnderstood(.answer(host: host, about: .repository(model))))
    }
    commit = answer.sha
    files = (answer.siblings ?? []).map(\.rfilename)
    for file in files where !Self.isInside(file) {
      throw HubError(.fileOutside(model: "\(model)", file: file))
    }
  }

  /// Whether a name, made part of a path, stays in its folder.
  static func isInside(_ file: String) -> Bool {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
      && !file.utf8.contains { $0 < 32 || $0 == 127 || $0 == UInt8(ascii: "\\") }
  }
}
