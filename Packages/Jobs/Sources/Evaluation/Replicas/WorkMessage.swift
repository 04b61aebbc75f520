/// What replicas and the desk of rank 0 write to each other, and its form: a byte for the kind, then little-endian numbers.
enum WorkMessage: Sendable {
  /// A replica asks for places, as many as make so many rows.
  case want(rows: Int)
  /// The desk's answer; no places when none are left.
  case portion(Range<Int>)
  /// What a pass of a replica found.
  case found(Findings)
  /// A replica has nothing left to do.
  case done

  var bytes: [UInt8] {
    var bytes = ByteWriter()
    switch self {
    case .want(let rows):
      bytes.append(UInt8(0))
      bytes.append(Int64(rows))
    case .portion(let places):
      bytes.append(UInt8(1))
      bytes.append(Int64(places.lowerBound))
      bytes.append(Int64(places.upperBound))
    case .found(let findings):
      bytes.append(UInt8(2))
      bytes.append(findings)
    case .done: bytes.append(UInt8(3))
    }
    return bytes.bytes
  }

  /// - Throws: ``WorkMessageError``.
  init(_ bytes: [UInt8]) throws(WorkMessageError) {
    var reader = ByteReader(bytes)
    switch try reader.number() as UInt8 {
    case 0: self = .want(rows: try reader.count())
    case 1:
      let (start, end) = (try reader.count(), try reader.count())
      guard start <= end else { throw WorkMessageError() }
      self = .portion(start..<end)
    case 2: self = .found(try reader.findings())
    case 3: self = .done
    default: throw WorkMessageError()
    }
    guard reader.isAtEnd else { throw WorkMessageError() }
  }
}

/// Bytes that are none of the messages that ranks of one version send.
struct WorkMessageError: Error, CustomStringConvertible {
  var description: String { "a rank sent what this version cannot read; do all run the same program?" }
}

/// Numbers behind each other, little-endian.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    for byte in 0..<Number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> (byte * 8))) }
  }

  mutating func append(_ findings: Findings) {
    append(Int64(findings.runs.count))
    for run in findings.runs {
      append(Int64(run.first))
      append(Int64(run.scores.count))
      for score in run.scores {
        append(score.logProbability.bitPattern)
        append(score.argmax)
      }
    }
    append(Int64(findings.generations.count))
    for (request, result) in findings.generations {
      append(Int64(request))
      append(UInt8(result.stop == nil ? 0 : 1))
      append(result.stop ?? 0)
      append(Int64(result.ids.count))
      for (id, logProbability) in zip(result.ids, result.logProbabilities) {
        append(id)
        append(logProbability.bitPattern)
      }
    }
  }
}

/// Reads what a ``ByteWriter`` wrote.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number<Number: FixedWidthInteger>() throws(WorkMessageError) -> Number {
    let size = Number.bitWidth / 8
    guard rest.count >= size else { throw WorkMessageError() }
    defer { rest = rest.dropFirst(size) }
    return rest.prefix(size).reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
  }

  /// A number of things, each of `size` bytes at least.
  mutating func count(ofSize size: Int = 0) throws(WorkMessageError) -> Int {
    let count = Int(try number() as Int64)
    guard count >= 0, size == 0 || count <= rest.count / size else { throw WorkMessageError() }
    return count
  }

  mutating func findings() throws(WorkMessageError) -> Findings {
    var findings = Findings()
    for _ in 0..<(try count(ofSize: 16)) {
      var run = Findings.Run(first: try count(), scores: [])
      for _ in 0..<(try count(ofSize: 8)) {
        run.scores.append(
          Findings.Score(logProbability: Float(bitPattern: try number()), argmax: try number()))
      }
      findings.runs.append(run)
    }
    for _ in 0..<(try count(ofSize: 21)) {
      let request = try count()
      var result = Generation()
      let hasStop = try number() as UInt8 == 1
      let stop: Int32 = try number()
      result.stop = hasStop ? stop : nil
      for _ in 0..<(try count(ofSize: 8)) {
        result.ids.append(try number())
        result.logProbabilities.append(Float(bitPattern: try number()))
      }
      findings.generations.append((request, result))
    }
    return findings
  }
}
