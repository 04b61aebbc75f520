public import Basics
public import Evaluations
import Jobs

/// A line of a samples file: what was asked of the model about a document, what it answered, and what that is worth.
public struct RecordedSample: Sendable {
  /// The index of the document.
  public var document: Int
  /// The document as its task prepared it; `nil` where the run recorded no texts.
  public var contents: JSONValue?
  public var target: RecordedTarget
  /// The texts of each request: context and continuation, one text, or a prompt. Empty where none were recorded.
  public var arguments: [[String]]
  public var exchanges: [RecordedExchange]
  /// The sum of each request's log-probabilities as the file has it; `nil` for `null`, and of no list where it has none.
  var recordedSums: [Double?]?
  /// Where the sample is a choice: how many there are to choose from. Requests beyond them ask for a choice without its
  /// context.
  public var choices: Int?
  /// Where the sample is a choice: the index of the one that the model chose; `nil` also in files of earlier versions.
  public var chosen: Int?
  /// Where the sample is a choice: the indices of those that are right; `nil` where it is none, or none is known.
  public var right: [Int]?
  /// What was generated, as text, before any filter; empty where nothing was, and in files of earlier versions.
  public var generated: [String]
  /// By filter, what it made of a generated answer.
  public var answers: [String: String]
  /// What the sample is worth; NaN for `null`.
  public var score: Double
  /// What the sample adds to each metric, by `metric,filter`: a number, or the parts that a metric of all is made of.
  public var values: [String: JSONValue]
  public var counts: Counts

  /// Reads one line.
  ///
  /// - Throws: ``RecordError`` for what is no sample.
  init(line: [UInt8]) throws(RecordError) {
    guard let members = (try? JSONValue(line, options: .record))?.object,
      let document = members["doc_id"]?.integer, let requests = members["requests"]?.list
    else { throw RecordError() }
    self.document = document
    contents = members["doc"]
    target = RecordedTarget(members["target"])
    arguments = if let texts = members["arguments"] { try texts.texts } else { [] }
    exchanges = []
    for request in requests { exchanges.append(try RecordedExchange(request)) }
    recordedSums = members["log_likelihoods"]?.list?.map(\.number)
    choices = members["choices"]?.integer
    chosen = members["chosen"]?.integer
    right = members["right"]?.list?.compactMap(\.integer) ?? target.index(in: arguments).map { [$0] }
    generated = members["generated"]?.list?.compactMap(\.text) ?? []
    answers = members["answers"]?.object?.texts ?? [:]
    score = members["score"]?.number ?? .nan
    values = Dictionary(
      uniqueKeysWithValues: members.names.filter { $0.contains(",") }.compactMap { name in
        members[name].map { (name, $0) }
      })
    counts = Counts(members, requests: requests.count)
  }
}

extension RecordedSample {
  /// Whether the sample is right: its score is 1; `nil` where scores are not right or wrong.
  public var isRight: Bool? { score == 1 ? true : score == 0 ? false : nil }

  /// The log-likelihood of each request, in nats, summed in float64: minus infinity where nothing of it was scored. `nil`
  /// where answers were generated.
  public var logLikelihoods: [Double]? {
    var sums: [Double] = []
    for exchange in exchanges {
      guard case .score(let scores) = exchange.response else { return nil }
      sums.append(scores.isEmpty ? -.infinity : scores.logLikelihood)
    }
    return sums.isEmpty ? nil : sums
  }

  /// The log-likelihood of what is right, in nats: of the right choice where there are choices, else of all that was
  /// scored; `nil` where nothing was, or no choice is known to be right.
  public var logLikelihood: Double? {
    // An empty text adds nothing.
    guard let sums = logLikelihoods?.map({ $0 == -.infinity ? 0 : $0 }) else { return nil }
    // The windows of one text, or one continuation.
    guard arguments.count > 1 else { return sums.reduce(0, +) }
    return right?.first.flatMap { sums.indices.contains($0) ? sums[$0] : nil }
  }

  /// A number that the sample adds to a metric; `nil` where it adds none, or parts.
  public func value(_ metric: String, filter: String = Metric.noFilter) -> Double? {
    values["\(metric),\(filter)"]?.number
  }
}

/// What is no sample of an evaluation, or no request of one.
struct RecordError: Error {}

extension JSONReader.Options {
  /// As samples are written: seeds have 64 bits, documents nest as deep as tasks have them.
  fileprivate static let record: JSONReader.Options = {
    var options = JSONReader.Options.python
    options.keepsLargeIntegers = true
    return options
  }()
}

extension JSONValue {
  /// A list of lists of texts.
  fileprivate var texts: [[String]] {
    get throws(RecordError) {
      guard let lists = list else { throw RecordError() }
      var texts: [[String]] = []
      for one in lists {
        guard let elements = one.list else { throw RecordError() }
        texts.append(elements.compactMap(\.text))
      }
      return texts
    }
  }
}

extension JSONObject {
  /// The members that are texts.
  fileprivate var texts: [String: String] {
    Dictionary(
      uniqueKeysWithValues: names.compactMap { name in self[name]?.text.map { (name, $0) } })
  }
}

extension Counts {
  fileprivate init(_ members: JSONObject, requests: Int) {
    func count(_ name: String) -> Int { members[name]?.integer ?? 0 }
    self.init(
      asked: requests, truncated: count("truncated"), merged: count("merged"), tied: count("tied"),
      withoutSystem: count("without_system"), empty: count("empty"), unlabelled: count("unlabelled"),
      unfinishedThoughts: count("unfinished_thoughts"))
  }
}
