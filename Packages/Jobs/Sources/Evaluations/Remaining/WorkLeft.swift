import Foundation

/// What there is left to compute, as expected numbers; see ``EngineWork``.
struct WorkLeft {
  var passes = 0.0
  var rows = 0.0
  var missing = MissingRows()
  var positionsScored: Double
  var positionsAttended: Double
  var tokensGenerated = 0.0
}

extension EngineProgress {
  /// Tokens in all, as far as is known: the middle of what may be.
  public var totalTokens: Int {
    let (least, most) = workLeft()
    return planned.tokensRead + done.tokensGenerated
      + Int(((least.tokensGenerated + most.tokensGenerated) / 2).rounded())
  }

  /// The least and the most that is left. Answers of rules by which fewer than twenty have ended may have no token more, or as
  /// many as the limit; how long the last of the others takes is within an interval of probability 4/5.
  ///
  /// - Parameter rowsPerPass: The most rows of a pass.
  func workLeft(rowsPerPass: Double = .infinity) -> (least: WorkLeft, most: WorkLeft) {
    let open = answers.filter { $0.value.open > 0 }
    let known = open.filter { $0.value.endedCount >= Self.enoughAnswers }
    // In 512 steps or fewer, so that long limits take no longer to play through.
    let stride = ((open.keys.map(\.limit).max() ?? 0) + 511) / 512
    let groups = known.map { rules, answers in
      OpenAnswers(answers, ends: AnswerEnds(answers, limit: rules.limit, stride: stride), stride: stride)
    }
    let unknown = open.filter { known[$0.key] == nil }.map { rules, answers in
      OpenAnswers(answers, ends: AnswerEnds(endlessUpTo: rules.limit, stride: stride), stride: stride)
    }
    func played(_ groups: [OpenAnswers], _ last: LastAnswer) -> WorkLeft {
      var forecast = PassForecast(
        self, groups, last, stride: Double(stride), rowsPerPass: rowsPerPass * Double(replicas))
      forecast.play()
      return forecast.work
    }
    return (played(groups, .early), played(groups + unknown, .late))
  }

  /// Whether there are enough answers of each kind to judge by how long the others will be.
  var knowsLengths: Bool { fewestEnded >= Self.enoughAnswers }
  var hasOpenAnswers: Bool { answers.values.contains { $0.open > 0 } }

  /// How many answers have ended of the kind with the fewest, of those that have open ones; beyond all where none has.
  var fewestEnded: Int {
    answers.values.lazy.filter { $0.open > 0 }.map(\.endedCount).min() ?? .max
  }

  private static let enoughAnswers = 20
}

/// When the last answer ends, which is by chance: the bounds of an interval that it is within with a probability of 4/5.
private enum LastAnswer {
  case early, late

  /// That an answer is under way yet when this is reached.
  var probability: Double { self == .early ? 0.9 : 0.1 }
}

/// The passes to come, played through step by step with expected numbers of answers: answers that wait begin as their prompts
/// are read, each pass adds a token to those under way, and at each length some end.
private struct PassForecast {
  private(set) var work: WorkLeft
  private var groups: [OpenAnswers]
  /// Rows that are to be read.
  private var unread: Double
  private let stride: Double
  private let rowsPerPass: Double
  private let sideBySide: Double
  private let replicas: Double
  private let last: LastAnswer

  init(
    _ progress: EngineProgress, _ groups: [OpenAnswers], _ last: LastAnswer, stride: Double,
    rowsPerPass: Double
  ) {
    let left = progress.planned - progress.done
    unread = Double(left.tokensRead)
    work = WorkLeft(
      positionsScored: Double(left.positionsScored),
      positionsAttended: Double(left.positionsAttended))
    self.groups = groups
    self.last = last
    self.stride = stride
    self.rowsPerPass = rowsPerPass
    (sideBySide, replicas) = (Double(progress.sideBySide), Double(progress.replicas))
  }

  mutating func play() {
    while !groups.isEmpty, unread > 0 || waiting > 0 || underWay > 1e-3 || isAnyUnderWay { step() }
    work.passes += replicas * unread / rowsPerPass
    work.rows += unread
  }

  private var waiting: Double { groups.reduce(0) { $0 + $1.waiting } }
  private var underWay: Double { groups.reduce(0) { $0 + $1.underWay } }
  private var isAnyUnderWay: Bool {
    -expm1(groups.reduce(0) { $0 + $1.logarithmOfNone }) > last.probability
  }

  /// As many passes as a step has tokens, or fewer where nothing is left for some.
  private mutating func step() {
    let (unreadBefore, generatedBefore) = (unread, work.tokensGenerated)
    let reading = read()
    let passes = replicas * stride * (unread > 0 || isAnyUnderWay ? 1 : reading)
    for index in groups.indices { groups[index].generate(stride, until: last, &work) }
    let rows = unreadBefore - unread + work.tokensGenerated - generatedBefore
    work.passes += passes
    work.rows += rows
    work.missing += MissingRows(passes: passes, rows: rows)
  }

  /// Reads what the passes of a step have room for, and begins the answers to what is read.
  ///
  /// - Returns: The share of the passes that read.
  private mutating func read() -> Double {
    let (running, waiting) = (underWay, waiting)
    guard running < sideBySide else { return 0 }
    let room = stride * max(rowsPerPass - running, 1)
    var share = unread > room ? room / unread : 1
    if waiting > 0 { share = min(share, max(sideBySide - running, 1) / waiting) }
    for index in groups.indices { groups[index].begin(share) }
    let rows = share * unread
    unread = share < 1 ? unread - rows : 0
    return rows / room
  }
}

/// Answers that have not ended and that the same rules end, in expected numbers.
private struct OpenAnswers {
  private(set) var waiting: Double
  private var cohorts: [Cohort]
  private let ends: AnswerEnds
  private let promptLength: Double

  /// Answers of one length.
  private struct Cohort {
    /// The length, in steps.
    var step: Int
    /// How many began together.
    let begun: Double
    /// How many are there yet, and how many for the longest of them; see ``AnswerEnds/probabilitiesOfLongest``.
    var living: Double
    var lasting: Double

    init(step: Int, count: Double) { (self.step, begun, living, lasting) = (step, count, count, count) }
  }

  init(_ answers: Answers, ends: AnswerEnds, stride: Int) {
    self.ends = ends
    waiting = Double(answers.waiting)
    promptLength = Double(answers.promptTokens) / Double(answers.count)
    let last = ends.probabilities.count - 1
    cohorts = answers.underWay.values.map { length in
      Cohort(step: min((length + stride / 2) / stride, last), count: 1)
    }
  }

  var underWay: Double { cohorts.reduce(0) { $0 + $1.living } }
  /// Of the probability that none is under way.
  var logarithmOfNone: Double { cohorts.reduce(0) { $0 + $1.begun * log1p(-$1.lasting / $1.begun) } }

  /// Begins a share of those that wait.
  mutating func begin(_ share: Double) {
    guard waiting > 0 else { return }
    cohorts.append(Cohort(step: 0, count: share * waiting))
    waiting -= share * waiting
  }

  /// Adds `stride` tokens to those under way, fewer to those that end.
  mutating func generate(_ stride: Double, until last: LastAnswer, _ work: inout WorkLeft) {
    let ofLongest = last == .early ? ends.probabilitiesOfLongest.atMost : ends.probabilitiesOfLongest.atLeast
    for index in cohorts.indices {
      let (step, living) = (cohorts[index].step, cohorts[index].living)
      let end = ends.probabilities[step]
      let tokens = living * (stride - end * (stride - 1) / 2)
      work.tokensGenerated += tokens
      work.positionsAttended += tokens * (promptLength + (Double(step) + 0.5) * stride)
      cohorts[index].step += 1
      cohorts[index].living *= 1 - end
      cohorts[index].lasting *= 1 - ofLongest[step]
    }
    cohorts.removeAll { $0.step == ends.probabilities.count }
  }
}
