public import Basics

extension JobError {
  public var fault: Fault {
    switch kind {
    case .registration, .noContext, .abstract, .differingResponses, .differingProducts: .internalError
    case .unreadable, .malformedFile, .notFinite, .recordedNotFinite, .otherData, .otherTokenizer,
      .incomparable, .emptyCorpus:
      .badData
    case .findings(_, _, _, let areMissing): areMissing ? .missingInput : .badData
    case .unknownCheckpoint, .unknownRun, .missingFile: .missingInput
    case .unfinishedRun(_, let isAtWork): isAtWork ? .tryAgain : .missingInput
    case .busy, .stopped: .tryAgain
    case .other(let fault, _): fault
    default: .usage
    }
  }

  /// The file or folder that the error is about.
  public var path: String? {
    switch kind {
    case .unwritable(let path, _), .lostEvents(let path, _), .folder(let path, _, _, _),
      .unreadable(let path, _),
      .missingFile(let path, _), .malformedFile(let path, _), .occupied(let path, _),
      .ending(let path, _, _), .untrainable(let path), .recordedNotFinite(let path, _),
      .otherTrainingData(let path), .otherTokenizer(let path, _, _), .notResults(let path):
      path
    default: nil
    }
  }

  /// The setting, option or key in a file that the error is about.
  public var key: String? {
    switch kind {
    case .noEvaluations: "eval/evaluations"
    case .setting(let key, _, _), .emptySetting(let key, _), .otherSetting(let key, _, _),
      .option(let key, _), .negative(let key, _), .malformedFile(_, .value(let key, _, _)):
      key
    case .blockSize: "architecture/block_size"
    case .malformedFile(_, .noField), .malformedFile(_, .field): "data/field"
    case .emptyCorpus: "data/dataset"
    default: nil
    }
  }

  /// The parameter of a checkpoint that the error is about.
  public var tensor: String? {
    switch kind {
    case .malformedFile(_, .unnamed(let parameter)), .malformedFile(_, .noGPT(let parameter)): parameter
    default: nil
    }
  }

  /// What would have been right.
  public var expected: String? {
    switch kind {
    case .setting(_, let expected, _), .emptySetting(_, let expected), .ending(_, _, let expected),
      .otherTokenizer(_, let expected, _), .malformedFile(_, .value(_, let expected, _)):
      expected
    case .registration(_, _, .ending(let expected)): expected
    case .registration(_, _, .otherName(let known)): known.joined(separator: ", ")
    case .otherSetting(_, let expected, _): expected
    case .blockSize(_, let most): "\(most)"
    case .indivisible(_, let devices): "\(devices)"
    case .openFiles(_, let needed), .memoryLimit(_, _, let needed): "\(needed)"
    default: nil
    }
  }

  /// What was given.
  public var found: String? {
    switch kind {
    case .unknownName(_, let found, _, _), .unknownCheckpoint(_, let found, _, _),
      .unknownRun(let found, _, _), .severalRuns(let found, _),
      .unknownTopic(let found, _), .folderName(_, let found), .ending(_, let found, _),
      .otherTokenizer(_, _, let found),
      .registration(_, let found, _), .exportedTokenizer(let found),
      .malformedFile(_, .value(_, _, let found)):
      found
    case .setting(_, _, let found), .otherSetting(_, _, let found): found
    case .indivisible(let count, _), .blockSize(let count, _), .openFiles(let count, _),
      .memoryLimit(_, let count, _),
      .sharded(_, let count), .negative(_, let count):
      "\(count)"
    default: nil
    }
  }

  /// The nearest name to what was given, among those that exist.
  public var nearest: String? {
    switch kind {
    case .unknownName(_, _, let nearest, _), .unknownTopic(_, let nearest),
      .unknownCheckpoint(_, _, let nearest, _), .unknownRun(_, _, let nearest),
      .missingFile(_, .weights(let nearest)), .malformedFile(_, .noField(_, _, let nearest)):
      nearest
    default: nil
    }
  }
}
