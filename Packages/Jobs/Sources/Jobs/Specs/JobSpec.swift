/// What identifies a job: where its checkpoints and results go.
public struct JobSpec: Sendable, Codable, Equatable {
  public var name: String
  /// An identity that outlives restarts, such as a tracking service's run; taken over on resume.
  public var id: String?
  public var project: String?
  public var group: String?

  public init(
    name: String, id: String? = nil, project: String? = "general", group: String? = "default"
  ) {
    self.name = name
    self.id = id
    self.project = project
    self.group = group
  }

  /// `{project|general}/{group|default}/{name}`: the folder of the job below checkpoints and results.
  public var path: String { "\(project ?? "general")/\(group ?? "default")/\(name)" }

  /// - Throws: ``JobError`` for a part that would lead out of the root's folders.
  func validate() throws(JobError) {
    for (label, part) in [("name", name), ("project", project ?? "general"), ("group", group ?? "default")] {
      let isComponent = !part.isEmpty && part != "." && part != ".." && !part.contains("/")
      // A control character would break the lines of listings and logs.
      guard isComponent, !part.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else {
        throw JobError(.folderName(role: label, part))
      }
    }
  }
}
