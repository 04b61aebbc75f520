public import Evaluations
public import Jobs
import Models
import TensorCore

extension Evaluator: ServingJob {
  public func servedModel(_ names: [String]) throws -> ServedModel {
    let model = try model
    var all = names.isEmpty ? [spec.job.name] : names
    if let origin, !all.contains(origin) { all.append(origin) }
    return ServedModel(
      names: all, revision: try weightsIdentity(), tokenizer: tokenizer, chat: chatContext, ends: ends,
      blockSize: model.blockSize, vocabularySize: model.vocabularySize, mode: model.mode.rawValue,
      engine: OnlineEngine(model, tokenizer: tokenizer, limits: try engine().limits))
  }
}
