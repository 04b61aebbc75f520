import Synchronization

/// What jobs of one command that differ in their models ask alike, made once: evaluations, and their documents as requests.
///
/// Of each kind of part the last is kept, since models that ask alike mostly follow each other.
public final class PreparedRequests: Sendable {
  private let parts = Mutex<[String: (key: String, value: any Sendable)]>([:])

  public init() {}

  /// The part of a kind that was made under the same key; the first caller makes it, and others wait for that.
  package func part<Part: Sendable>(_ kind: String, key: String, make: () throws -> Part) rethrows -> Part {
    try parts.withLock { parts in
      if let known = parts[kind], known.key == key, let value = known.value as? Part { return value }
      parts[kind] = nil
      let value = try make()
      parts[kind] = (key, value)
      return value
    }
  }
}
