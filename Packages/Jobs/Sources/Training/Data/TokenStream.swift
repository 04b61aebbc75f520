internal import TensorCore

/// Style `pmd`: `train.bin` and `val.bin` are streams of tokens, which sequences follow each other in.
///
/// An epoch begins at another token within the first block, so that documents are not cut at the same places again; it
/// leaves out less than two blocks at its ends.
struct TokenStream: RowSource {
  private let train: TokenFile
  private let val: TokenFile?
  private let vocabularySize: Int
  private let blockSize: Int
  let trainingCount: Int
  let validationCount: Int

  init(
    folder: String, manifest: TokenManifest, vocabularySize: Int, blockSize: Int
  ) throws(TrainingError) {
    func file(_ name: String, _ split: TokenManifest.Split) throws(TrainingError) -> TokenFile {
      try TokenFile(path: "\(folder)/\(name)", element: manifest.element, count: split.tokens)
    }
    train = try file("train.bin", manifest.train)
    var held: TokenFile?
    if let split = manifest.val { held = try file("val.bin", split) }
    val = held
    guard train.count > blockSize else {
      throw TrainingError(
        .tooFewTokens(path: train.path, found: train.count, blockSize: blockSize))
    }
    let whole = (train.count - 1) / blockSize
    trainingCount = max(1, whole - 1)
    validationCount = max(0, ((held?.count ?? 1) - 1 + blockSize - 1) / blockSize)
    self.vocabularySize = vocabularySize
    self.blockSize = blockSize
  }

  func trainingRow(_ index: Int, epoch key: RandomKey) throws(TrainingError) -> TrainingRow {
    let slack = train.count - 1 - trainingCount * blockSize
    let first = Int(key.seed % UInt64(slack + 1)) + index * blockSize
    return TrainingRow(
      try train.ids(first..<first + blockSize + 1, vocabularySize: vocabularySize), length: blockSize)
  }

  /// The last sequence may be shorter than the others.
  func validationRow(_ index: Int) throws(TrainingError) -> TrainingRow {
    guard let val else { throw TrainingError(.noValidation) }
    let first = index * blockSize
    let last = min(first + blockSize + 1, val.count)
    return TrainingRow(try val.ids(first..<last, vocabularySize: vocabularySize), length: blockSize)
  }
}
