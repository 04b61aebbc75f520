public import Basics

extension TrainingError {
  public var fault: Fault {
    switch kind {
    case .setting, .negative, .noDataset, .rates, .phases, .nothingHeldOut, .style, .tokenizer:
      .usage
    case .noData, .noFile, .unmapped, .noValidation: .missingInput
    default: .badData
    }
  }

  /// The file or folder at fault.
  public var path: String? {
    switch kind {
    case .noData(let path), .unmapped(let path, _), .noRows(let path), .tooFewTokens(let path, _, _),
      .style(let path, _, _), .tokenizer(let path, _, _), .description(let path, _),
      .format(let path, _, _), .shape(let path, _, _), .size(let path, _, _, _), .id(let path, _, _, _),
      .checkpointType(_, let path, _, _), .updates(_, let path, _, _), .noFile(_, let path, _):
      path
    default: nil
    }
  }

  /// The setting at fault.
  public var key: String? {
    switch kind {
    case .setting(let key, _, _), .negative(let key, _): key
    case .noDataset, .rates, .nothingHeldOut, .style: "training/dataset"
    case .phases: "optimization/schedule"
    default: nil
    }
  }

  /// The tensor of a state.
  public var tensor: String? {
    switch kind {
    case .noState(let tensor), .strayState(let tensor), .stateShape(let tensor, _, _),
      .stateType(let tensor, _, _), .checkpointType(let tensor, _, _, _), .updates(let tensor, _, _, _):
      tensor
    default: nil
    }
  }

  public var expected: String? {
    switch kind {
    case .setting(_, let expected, _), .stateType(_, let expected, _), .style(_, let expected, _),
      .checkpointType(_, _, let expected, _), .tokenizer(_, let expected, _):
      expected
    case .stateShape(_, let expected, _): "\(expected)"
    case .updates(_, _, let most, _): "0 ... \(most)"
    case .size(_, let expected, _, _): "\(expected) bytes"
    case .id(_, _, _, let vocabularySize): "0 ..< \(vocabularySize)"
    default: nil
    }
  }

  public var found: String? {
    switch kind {
    case .setting(_, _, let found), .stateType(_, _, let found), .checkpointType(_, _, _, let found),
      .style(_, _, let found), .tokenizer(_, _, let found), .format(_, let found, _):
      found
    case .negative(_, let found), .updates(_, _, _, let found), .id(_, _, let found, _),
      .tooFewTokens(_, let found, _):
      "\(found)"
    case .rates(let found), .phases(_, let found), .notFinite(_, _, let found): "\(found)"
    case .stateShape(_, _, let found): "\(found)"
    case .size(_, _, let found, _): "\(found) bytes"
    default: nil
    }
  }
}
