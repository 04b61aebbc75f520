import Foundation
import Sharding
import ShardingTesting
import TensorCore
import Testing

/// What is counted on paper is what real ranks do: a block of two layers, its first cut by columns, its second by rows.
@Suite("A run on paper")
struct PaperRunTests {
  private static let axes = (embed: ParameterAxis(.embed, 48), hidden: ParameterAxis(.embedFF, 96))
  private static let model = PaperModel(
    [
      .init("up", [axes.embed, axes.hidden], copies: 3), .init("down", [axes.hidden, axes.embed], copies: 3),
      .init("bias", [axes.embed]),
    ], rules: ShardingRules([(.embedFF, .shard)]), bytesPerElement: 4)

  @Test(
    "A run on paper counts the sums, bytes and packets that real ranks exchange",
    arguments: [1, 2, 3, 4], [1, 30, 1000])
  func agreesWithRanks(shards: Int, rows: Int) throws {
    let run = PaperRun(Self.model, on: Mesh(batch: 1, shard: shards), tokensPerPass: rows)
    let placement = Placement(Self.model.rules, on: run.mesh)
    let post = PostOffice()
    let seen = try PacketMesh.run(run.mesh, counting: post) { communicator in
      let log = CollectiveLog(communicator.along(.shard))
      var held = 0
      for parameter in Self.model.parameters {
        let slice = try placement.slice(of: parameter.path, axes: parameter.axes, rank: communicator.rank)
        held += slice.count * 4 * parameter.copies
        for _ in 0..<parameter.copies where parameter.path == "down" {
          var terms = Tensor(zeros: [rows, 48])  // what x[:, slice] · down[slice, :] leaves
          if shards > 1 { try log.allReduce(&terms, named: parameter.path) }
        }
      }
      return (held, log.entries)
    }
    for (rank, (held, entries)) in seen.enumerated() {
      #expect(try run.byteCounts()[rank] == held)
      #expect(run.sumsPerPass == entries.count)
      let summed = entries.map(\.byteCount).reduce(0, +)
      #expect(run.summedBytesPerToken * rows == summed)
    }
    let sent = run.sentPerPass
    #expect(post.sent(by: shards - 1).bytes == sent.bytes)
    #expect(post.sent(by: shards - 1).packets == sent.packets)
  }

  @Test("A run on paper divides tokens among replicas and their arithmetic among shards")
  func time() {
    func seconds(_ batch: Int, _ shard: Int) -> Double {
      PaperRun(Self.model, on: Mesh(batch: batch, shard: shard), tokensPerPass: 1000)
        .seconds(tokens: 1 << 20, secondsPerToken: 1e-3, bandwidth: 1e9)
    }
    #expect(seconds(1, 1) == Double(1 << 20) * 1e-3)
    #expect(seconds(1024, 1) == seconds(1, 1) / 1024)
    let sums = Double(3 * 48 * 4) / 1e9  // with two shards, each sends all of its terms to the other
    #expect(abs(seconds(2, 2) / (Double(1 << 20) / 2 * (0.5e-3 + sums)) - 1) < 1e-12)
  }

  @Test("A run on paper names the parameter that does not divide")
  func uneven() {
    let error = #expect(throws: PlacementError.self) {
      try PaperRun(Self.model, on: Mesh(batch: 1, shard: 5), tokensPerPass: 1).byteCounts()
    }
    #expect(error?.parameter == "up" && error?.axis.size == 96 && error?.reason == .uneven)
  }

  /// The table of the README, and the drawing in it.
  @Test("A run on paper gives the numbers that the README shows")
  func readme() throws {
    let model = PaperModel.decoder(
      layers: 32, width: 4096, hidden: 14_336, heads: 32, keyHeads: 8, vocabulary: 128_256)
    let shapes = [(1, 1), (1, 2), (1, 4), (1, 8), (1, 16), (8, 1), (4, 2), (16, 8), (128, 8), (1024, 1)]
    let table = try PaperRun.table(
      of: model, on: shapes.map { Mesh(batch: $0, shard: $1) }, tokensPerPass: 4096, tokens: 100_000_000,
      secondsPerToken: 0.01, bandwidth: 10e9)
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../README.md")
    let readme = try String(contentsOf: file, encoding: .utf8)
    #expect(readme.contains(table), "the table should be\n\(table)")
    #expect(readme.contains(Mesh(batch: 2, shard: 2).drawing))
  }
}
