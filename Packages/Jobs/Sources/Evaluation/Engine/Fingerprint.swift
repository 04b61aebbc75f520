/// A number that is the same for the same requests in every process, and another for others, as far as 64 bits can tell.
struct Fingerprint {
  private(set) var value: UInt64 = 0x9e37_79b9_7f4a_7c15

  mutating func add(_ request: Request) {
    switch request {
    case .score(let request):
      add(0)
      add(request.ids)
      add(UInt64(request.first))
    case .generate(let request):
      add(1)
      add(request.prompt)
      add(UInt64(bitPattern: Int64(request.limit)))
      add(request.stops.sorted())
      for text in request.stopTexts { add(text.utf8.map(Int32.init)) }
      add(request.sampling.temperature.bitPattern)
      add(request.sampling.topP.bitPattern)
      add(request.sampling.seed)
      add(request.sampling.sample)
    }
  }

  private mutating func add(_ ids: [Int32]) {
    add(UInt64(ids.count))
    for id in ids { add(UInt64(UInt32(bitPattern: id))) }
  }

  /// Each step can be taken back, so that two sequences with one difference never meet.
  private mutating func add(_ number: UInt64) {
    value = (value ^ number) &* 0xff51_afd7_ed55_8ccd
    value ^= value >> 32
  }
}
