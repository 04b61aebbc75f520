extension TrainingError {
  public var description: String {
    switch kind {
    case .setting(let key, let expected, let found): "\(key) must be \(expected), found \(found)"
    case .negative(let key, let found): "\(key) must not be negative, found \(found)"
    case .noDataset: "training/dataset must name a data set"
    case .rates(let sum): "the rates of training/dataset must sum to 1, found \(sum)"
    case .phases(let schedule, let sum):
      "the phases of schedule '\(schedule)' must not be longer than the run, found \(sum) of it"
    case .notFinite(.loss, let update, let value):
      "the loss of update \(update) is \(value); a lower optimization/lr may keep it finite"
    case .notFinite(.gradients, let update, let value):
      "the gradients of update \(update) have the norm \(value); a lower optimization/lr may keep it finite"
    case .noState, .strayState, .stateShape, .stateType, .checkpointType, .updates: stateSentence
    default: dataSentence
    }
  }

  private var stateSentence: String {
    switch kind {
    case .noState(let tensor): "the optimiser's state has no '\(tensor)'"
    case .strayState(let tensor): "the optimiser's state has '\(tensor)', which belongs to no parameter"
    case .stateShape(let tensor, let expected, let found):
      "the optimiser's state '\(tensor)' has shape \(found), expected \(expected)"
    case .stateType(let tensor, let expected, let found):
      "the optimiser's state '\(tensor)' has elements of type \(found), expected \(expected)"
    case .checkpointType(let tensor, let path, let expected, let found):
      "state '\(tensor)' of '\(path)' has elements of type \(found), expected \(expected)"
    case .updates(let tensor, let path, let most, let found):
      "state '\(tensor)' of '\(path)' must be one of 0 ... \(most) updates, found \(found)"
    default: ""
    }
  }

  private var dataSentence: String {
    switch kind {
    case .noData(let path): "there is no data '\(path)'; make it with a job 'data/tokenize_…_dataset'"
    case .noFile(let name, let folder, let purpose): "'\(folder)' has no '\(name)', which says \(purpose)"
    case .unmapped(let path, let reason): "cannot map '\(path)': \(reason)"
    case .nothingHeldOut:
      "the data of training/dataset holds nothing out to validate with; make it with data/val_pct above 0, or set training/validation=false"
    case .noValidation: "there is no held-out part to validate with"
    case .noRows(let folder): "'\(folder)' has no rows to train on"
    case .tooFewTokens(let path, let found, let blockSize):
      "'\(path)' has \(found) tokens, which is less than one sequence of \(blockSize) and what follows it"
    case .style(let folder, let expected, let found):
      "the data in '\(folder)' has style '\(expected)', found '\(found)' in training/dataset"
    case .tokenizer(let folder, let expected, let found):
      "the data in '\(folder)' was made by tokenizer '\(found)', the model's is '\(expected)'"
    case .description(let path, let violation): "'\(path)': \(violation)"
    case .format(let path, let found, let version):
      "'\(path)': expected format 'assay-tokens' of version 1, found '\(found)' of version \(version)"
    case .shape(let path, let part, let shape): "'\(path)': \(shape.sentence(of: part))"
    case .size(let path, _, let found, .ids(let count, let type, let byteCount)):
      "'\(path)' must have \(count) ids of \(type), \(byteCount) bytes each, found \(found) bytes"
    case .size(let path, let expected, let found, .mask):
      "'\(path)' must have \(expected) bytes, one a token, found \(found)"
    case .id(let path, let index, let found, let size):
      "'\(path)' has id \(found) at \(index), outside the vocabulary 0 ..< \(size) of the model"
    default: ""
    }
  }
}

extension TrainingError.Shape {
  fileprivate func sentence(of part: String) -> String {
    switch self {
    case .malformed: "expected [rows, length] for '\(part)'"
    case .shortRows(let length): "expected rows of at least 2 tokens for '\(part)', found \(length)"
    case .tooLarge(let rows, let length): "\(rows) rows of \(length) for '\(part)' fit in no file"
    }
  }
}
