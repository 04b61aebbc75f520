import Basics
import Testing

@testable import Training

/// The wording of the errors of training; other tests compare their facts.
@Suite("Sentences of errors of training")
struct ErrorSentenceTests {
  private static let settings: [(TrainingError.Kind, Fault, String)] = [
    (
      .setting(key: "optimization/beta1", expected: "at least 0 and below 1", found: "1.0"), .usage,
      "optimization/beta1 must be at least 0 and below 1, found 1.0"
    ),
    (.negative(key: "training/seed", found: -1), .usage, "training/seed must not be negative, found -1"),
    (.noDataset, .usage, "training/dataset must name a data set"),
    (.rates(sum: 0.9), .usage, "the rates of training/dataset must sum to 1, found 0.9"),
    (
      .phases(schedule: "wsd", sum: 1.25), .usage,
      "the phases of schedule 'wsd' must not be longer than the run, found 1.25 of it"
    ),
    (
      .notFinite(.loss, update: 3, value: .nan), .badData,
      "the loss of update 3 is nan; a lower optimization/lr may keep it finite"
    ),
    (
      .notFinite(.gradients, update: 3, value: .infinity), .badData,
      "the gradients of update 3 have the norm inf; a lower optimization/lr may keep it finite"
    ),
  ]

  private static let states: [(TrainingError.Kind, Fault, String)] = [
    (.noState(tensor: "wte/momentum"), .badData, "the optimiser's state has no 'wte/momentum'"),
    (
      .strayState(tensor: "wte/momentum"), .badData,
      "the optimiser's state has 'wte/momentum', which belongs to no parameter"
    ),
    (
      .stateShape(tensor: "a", expected: [2], found: [3]), .badData,
      "the optimiser's state 'a' has shape [3], expected [2]"
    ),
    (
      .stateType(tensor: "a", expected: "float32", found: "float64"), .badData,
      "the optimiser's state 'a' has elements of type float64, expected float32"
    ),
    (
      .checkpointType(tensor: "step", path: "c.h5", expected: "int64", found: "float64"), .badData,
      "state 'step' of 'c.h5' has elements of type float64, expected int64"
    ),
    (
      .updates(tensor: "step", path: "c.h5", most: 12, found: 13), .badData,
      "state 'step' of 'c.h5' must be one of 0 ... 12 updates, found 13"
    ),
  ]

  private static let data: [(TrainingError.Kind, Fault, String)] = [
    (.noData(path: "d"), .missingInput, "there is no data 'd'; make it with a job 'data/tokenize_…_dataset'"),
    (
      .noFile("tokens.json", folder: "d", purpose: "how its tokens are stored"), .missingInput,
      "'d' has no 'tokens.json', which says how its tokens are stored"
    ),
    (.unmapped(path: "d/a", reason: "is a folder"), .missingInput, "cannot map 'd/a': is a folder"),
    (.noValidation, .missingInput, "there is no held-out part to validate with"),
    (
      .tooFewTokens(path: "d/a", found: 1, blockSize: 4), .badData,
      "'d/a' has 1 tokens, which is less than one sequence of 4 and what follows it"
    ),
    (
      .style(folder: "d", expected: "pmd", found: "padded"), .usage,
      "the data in 'd' has style 'pmd', found 'padded' in training/dataset"
    ),
    (
      .tokenizer(folder: "d", expected: "bytes", found: "trivial"), .usage,
      "the data in 'd' was made by tokenizer 'trivial', the model's is 'bytes'"
    ),
    (
      .shape(path: "d/shape.json", part: "val", .shortRows(length: 1)), .badData,
      "'d/shape.json': expected rows of at least 2 tokens for 'val', found 1"
    ),
    (
      .shape(path: "d/shape.json", part: "val", .malformed), .badData,
      "'d/shape.json': expected [rows, length] for 'val'"
    ),
    (
      .size(path: "d/a", expected: 200, found: 3, of: .ids(count: 100, type: "uint16", byteCount: 2)),
      .badData,
      "'d/a' must have 100 ids of uint16, 2 bytes each, found 3 bytes"
    ),
    (
      .size(path: "d/a", expected: 200, found: 3, of: .mask), .badData,
      "'d/a' must have 200 bytes, one a token, found 3"
    ),
    (
      .id(path: "d/a", index: 7, found: 60, vocabularySize: 50), .badData,
      "'d/a' has id 60 at 7, outside the vocabulary 0 ..< 50 of the model"
    ),
  ]

  @Test(
    "The sentence of an error names the setting, the tensor or the file, with the fault that decides the exit code"
  )
  func sentences() {
    for (kind, fault, sentence) in Self.settings + Self.states + Self.data {
      let error = TrainingError(kind)
      #expect(error.description == sentence)
      #expect(error.fault == fault, "\(sentence)")
    }
  }
}
