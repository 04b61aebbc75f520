import Basics

extension Request {
  /// What its response depends on, and nothing else: two requests with the same bytes have the same response.
  ///
  /// Journals are searched by a hash of them, so they never change.
  package var bytes: [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .score(let request):
      writer.append(text: "score")
      writer.append(list: [Int64(request.first)])
      writer.append(list: request.ids)
    case .generate(let request):
      writer.append(text: "generate")
      writer.append(list: [Int64(request.limit)])
      writer.append(list: request.prompt)
      writer.append(list: request.stops.sorted())
      for text in request.stopTexts.sorted() { writer.append(text: text) }
      let sampling = request.sampling
      // A greedy choice is the same under every seed and sample.
      if sampling.temperature > 0 {
        writer.append(list: [
          sampling.temperature.bitPattern, sampling.topP.bitPattern, sampling.seed, sampling.sample,
        ])
      }
      for rule in sampling.simplified.rules.active {
        writer.append(text: rule.name)
        writer.append(list: [rule.read(sampling.rules).bitPattern])
      }
    }
    return writer.bytes
  }
}
