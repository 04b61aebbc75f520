import Evaluations
import Runs

extension RecordedSample {
  /// The sample with the texts of its requests, made of their tokens where the run recorded none.
  func withTexts(_ text: ((Int32) -> String?)?) -> RecordedSample {
    guard arguments.isEmpty, let text else { return self }
    func joined(_ ids: some Sequence<Int32>) -> String { ids.map { text($0) ?? "" }.joined() }
    var sample = self
    sample.arguments = exchanges.map { exchange in
      switch exchange.request {
      case .score(let request):
        [joined(request.ids[..<request.scored.lowerBound]), joined(request.ids[request.scored])]
      case .generate(let request): [joined(request.prompt)]
      }
    }
    return sample
  }
}
