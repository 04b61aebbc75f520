public import Jobs

/// How many documents a gate needs, task by task, before anything runs.
///
/// That depends on how often one of the two models alone is right. Where two runs show it, it is theirs; otherwise the answer
/// is given for a range.
public struct GatePlan: Sendable {
  public let rule: GateRule
  public let tasks: [Task]

  /// The shares of discordant documents that are tried where none was seen: of a model and its quantised form at the low end,
  /// of models that were trained apart at the high end.
  public static let assumed = [0.02, 0.05, 0.1, 0.2]

  /// One task.
  public struct Task: Sendable {
    public let name: String
    /// How many documents there are.
    public let documents: Int
    /// The documents needed for each of ``assumed``.
    public let needed: [Int]
    /// What was seen of the task; `nil` where nothing was.
    public let seen: Seen?
  }

  /// What one or two runs are evidence of.
  public struct Seen: Sendable {
    /// The share of discordant documents; `nil` where scores are not right or wrong.
    public let discordance: Double?
    /// Whether two runs show it. One run shows what it would be at most, if the other model were as often right and by chance
    /// on other documents: 2p(1 − p).
    public let isOfTwo: Bool
    public let needed: Int
  }

  /// - Parameter tasks: Names and numbers of documents.
  public init(_ rule: GateRule, tasks: [(name: String, documents: Int)], seen: [String: Seen] = [:]) {
    self.rule = rule
    let needed = Self.assumed.map { SampleSize.documents(rule, discordance: $0, tasks: tasks.count) }
    self.tasks = tasks.map {
      Task(name: $0.name, documents: $0.documents, needed: needed, seen: seen[$0.name])
    }
  }

  /// What runs show of their tasks.
  ///
  /// - Parameter tasks: How many the gate will have.
  /// - Throws: ``JobError`` where two runs cannot be compared.
  public static func seen(
    _ base: RunOutcomes, _ candidate: RunOutcomes?, _ rule: GateRule, tasks: Int
  ) throws(JobError) -> [String: Seen] {
    var seen: [String: Seen] = [:]
    for task in base.tasks {
      guard let other = candidate?.tasks.first(where: { $0.name == task.name }) else {
        if candidate == nil { seen[task.name] = alone(task, rule, tasks) }
        continue
      }
      let scores = try PairedScores(task, other)
      seen[task.name] = Seen(
        discordance: scores.kind == .rightOrWrong ? scores.discordance : nil, isOfTwo: true,
        needed: scores.documentsNeeded(rule, tasks: tasks))
    }
    return seen
  }

  private static func alone(_ task: TaskOutcomes, _ rule: GateRule, _ tasks: Int) -> Seen? {
    guard task.documents.allSatisfy({ [0, 1].contains($0.score) }) else { return nil }
    let right = task.documents.reduce(0) { $0 + $1.score } / Double(task.documents.count)
    let most = 2 * right * (1 - right)
    return Seen(
      discordance: most, isOfTwo: false,
      needed: SampleSize.documents(rule, discordance: most, tasks: tasks))
  }
}
