internal import Basics

extension Violation {
  /// A token, or its id, that another has, or an id that is out of bounds.
  static func repeatedToken(_ token: String, id: Int) -> Violation {
    .value("token '\(token.prefix(40))'", expected: "an id below 2^24 that no other has", found: "\(id)")
  }
}
