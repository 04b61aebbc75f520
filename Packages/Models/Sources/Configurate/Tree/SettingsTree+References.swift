import Basics

extension SettingsTree {
  /// This tree with every `${a.b}` replaced by what it points to.
  ///
  /// Understood is a reference that is a whole value and names another setting from the root, by dots or slashes.
  /// Everything else that OmegaConf puts between `${` and `}` (text around it, relative names, resolvers such as
  /// `${oc.env:HOME}`) is refused. `\${` stands for the two characters.
  ///
  /// - Throws: ``SettingsError`` for such a text, an unknown name, or a circle.
  public func resolvingReferences() throws(SettingsError) -> SettingsTree {
    try resolvingReferences(in: self, at: "")
  }

  func resolvingReferences(in root: SettingsTree, at key: String) throws(SettingsError) -> SettingsTree {
    try resolved(in: root, at: key, following: [])
  }

  private func resolved(
    in root: SettingsTree, at key: String, following trail: [String]
  ) throws(SettingsError) -> SettingsTree {
    switch content {
    case .text(let text):
      guard let target = try reference(in: text, at: key) else { return self }
      if trail.contains(target) { throw failure(of: text, at: key, .circle) }
      guard let found = root[target] else {
        throw failure(of: text, at: key, .unknown(target, nearest: nearestName(to: target, among: root.keys)))
      }
      return try found.resolved(in: root, at: key, following: trail + [target])
    case .list(let elements):
      var resolved: [SettingsTree] = []
      for (index, element) in elements.enumerated() {
        resolved.append(try element.resolved(in: root, at: key.appending(name: "\(index)"), following: trail))
      }
      return SettingsTree(.list(resolved), origin: origin)
    case .mapping(var group):
      for (name, value) in group.pairs {
        group[name] = try value.resolved(in: root, at: key.appending(name: name), following: trail)
      }
      return SettingsTree(.mapping(group), origin: origin)
    default:
      return self
    }
  }

  /// The slash key that `text` refers to, or `nil` if it is no reference.
  private func reference(in text: String, at key: String) throws(SettingsError) -> String? {
    guard text.holdsReference else { return nil }
    if text.hasPrefix("${"), text.hasSuffix("}") {
      let name = String(text.dropFirst(2).dropLast())
      let parts = name.split(separator: name.contains("/") ? "/" : ".", omittingEmptySubsequences: false)
      let isPlain = name.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789_-./".unicodeScalars.contains($0)
      }
      if isPlain, parts.allSatisfy({ !$0.isEmpty }) { return parts.joined(separator: "/") }
    }
    throw failure(of: text, at: key, .form)
  }

  private func failure(
    of text: String, at key: String, _ fault: SettingsError.Problem.ReferenceFault
  ) -> SettingsError {
    SettingsError(.init(.badReference(text: text, fault), key: key, origin: origin))
  }
}

extension String {
  /// Whether `${` occurs without a backslash before it.
  fileprivate var holdsReference: Bool {
    var previous: Unicode.Scalar = " "
    var beforePrevious: Unicode.Scalar = " "
    for scalar in unicodeScalars {
      if scalar == "{", previous == "$", beforePrevious != "\\" { return true }
      (beforePrevious, previous) = (previous, scalar)
    }
    return false
  }

  fileprivate func appending(name: String) -> String { isEmpty ? name : "\(self)/\(name)" }
}
