public import Sharding

/// A run on paper: what the ranks of a mesh would hold, send and compute, counted and not executed.
///
/// Counts are exact for the collectives of ``ProcessMesh``. Time is a simple model: tokens are balanced over replicas, their
/// arithmetic over shards, and what a rank sends waits for nothing but a link of its own.
public struct PaperRun: Sendable {
  public let mesh: Mesh
  public let model: PaperModel
  /// Tokens that one pass computes together.
  public let tokensPerPass: Int

  public init(_ model: PaperModel, on mesh: Mesh, tokensPerPass: Int) {
    self.model = model
    self.mesh = mesh
    self.tokensPerPass = tokensPerPass
  }

  /// Bytes of parameters that each shard of a replica holds.
  ///
  /// - Throws: ``PlacementError`` where an axis does not divide.
  public func byteCounts() throws(PlacementError) -> [Int] {
    var counts: [Int] = []
    for shard in 0..<mesh.shard { counts.append(try model.byteCount(shard: shard, of: mesh.shard)) }
    return counts
  }

  /// How many sums over ranks a pass makes.
  public var sumsPerPass: Int { mesh.shard > 1 ? model.summedWidths.count : 0 }

  /// Bytes of a token that are summed over ranks: what a rank brings to the sums of a pass, by its tokens.
  public var summedBytesPerToken: Int { mesh.shard > 1 ? model.summedWidths.reduce(0, +) * 4 : 0 }

  /// Bytes that leave each rank in a pass, without the packets' headers, and the packets that carry them.
  public var sentPerPass: (bytes: Int, packets: Int) {
    guard mesh.shard > 1 else { return (0, 0) }
    let others = mesh.shard - 1
    var sent = (bytes: 0, packets: 0)
    for width in model.summedWidths {
      let elements = width * tokensPerPass
      if ProcessMesh.sharesSums(of: elements * 4, among: mesh.shard) {
        // The last rank's shares are the largest where they differ; it sends all but its own, then its sum to all others.
        let own = elements - elements * others / mesh.shard
        sent.bytes += (elements - own + own * others) * 4
        sent.packets += 2 * others
      } else {
        sent.bytes += elements * 4 * others
        sent.packets += others
      }
    }
    return sent
  }

  /// Seconds for `tokens` of all requests together.
  ///
  /// - Parameters:
  ///   - secondsPerToken: What one rank takes that holds the whole model.
  ///   - bandwidth: Bytes that leave a rank in a second.
  public func seconds(tokens: Int, secondsPerToken: Double, bandwidth: Double) -> Double {
    let sentPerToken = Double(sentPerPass.bytes) / Double(tokensPerPass)
    let perToken = secondsPerToken / Double(mesh.shard) + sentPerToken / bandwidth
    return Double(tokens) / Double(mesh.batch) * perToken
  }
}

extension PaperRun {
  /// Runs of one model on several meshes as a table in Markdown: memory, sums, and the time of a number of tokens.
  public static func table(
    of model: PaperModel, on meshes: [Mesh], tokensPerPass: Int, tokens: Int, secondsPerToken: Double,
    bandwidth: Double
  ) throws(PlacementError) -> String {
    var lines = [
      "| batch × shard | ranks | MiB per rank | sums per pass | KiB summed per token | KiB a rank sends per token | packets a rank sends per pass | hours |",
      "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for mesh in meshes {
      let run = PaperRun(model, on: mesh, tokensPerPass: tokensPerPass)
      let held = try run.byteCounts().max() ?? 0
      let (bytes, packets) = run.sentPerPass
      let time = run.seconds(tokens: tokens, secondsPerToken: secondsPerToken, bandwidth: bandwidth)
      let cells = [
        "\(mesh.batch) × \(mesh.shard)", "\(mesh.count)", "\(held >> 20)", "\(run.sumsPerPass)",
        "\(run.summedBytesPerToken >> 10)", "\((bytes / tokensPerPass) >> 10)", "\(packets)",
        rounded(time / 3600),
      ]
      lines.append("| \(cells.joined(separator: " | ")) |")
    }
    return lines.joined(separator: "\n")
  }

  /// With two decimals.
  private static func rounded(_ number: Double) -> String {
    let hundredths = Int((number * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
