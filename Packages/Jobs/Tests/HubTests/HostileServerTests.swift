import Foundation
import Testing

@testable import Hub

@Suite(
  "Servers that break, change or lie",
  .enabled(if: FakeHub.python != nil, "there is no python3 to play the Hub"))
struct HostileServerTests {
  @Test("A part of a file without a digest is resumed under the tag that it came with")
  func resumesAVersion() throws {
    let hub = try FakeHub()
    let folder = try hub.folder(of: "org/mirror")
    #expect(try Data(contentsOf: URL(filePath: "\(folder)/model.safetensors")) == FakeHub.weights)
    let last = try #require(try hub.requests().last)
    #expect(last.range == "bytes=300000-" && last.ifRange == "\"v-1\"")
  }

  @Test("Two versions of a file are never joined")
  func changes() throws {
    let hub = try FakeHub()
    let error = try #require(try hub.error(of: "org/changing"))
    #expect(error.remedy == .transfer && error.isOfChange, "\(error)")
    #expect(!hub.blobs(of: "org/changing").contains { $0.hasPrefix("v-") })
  }

  @Test("An earlier process's part is not continued where nothing would show a mix")
  func earlierPart() throws {
    let hub = try FakeHub()
    let blobs = "\(hub.cache)/models--org--changing/blobs"
    try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    try Data(count: 1_000_000).write(to: URL(filePath: "\(blobs)/v-1.incomplete"))
    #expect(try hub.error(of: "org/changing") != nil)
    #expect(!hub.blobs(of: "org/changing").contains { $0.hasPrefix("v-") })
  }

  @Test("A range that is not the one asked for makes the file begin anew")
  func lyingRange() throws {
    let hub = try FakeHub()
    let folder = try hub.folder(of: "org/lying")
    #expect(try Data(contentsOf: URL(filePath: "\(folder)/model.safetensors")) == FakeHub.weights)
  }

  @Test("Lengths beyond all reason are refused, announced or not")
  func lengths() throws {
    let hub = try FakeHub()
    let limit = 64 << 20
    #expect(
      try hub.error(of: "org/enormous")?.kind
        == .tooLong(.file("config.json", of: .repository(.model, "org/enormous")), limit: limit))
    #expect(
      try hub.error(of: "org/endless")?.kind
        == .tooLong(.file("config.json", of: .repository(.model, "org/endless")), limit: limit))
    #expect(hub.blobs(of: "org/endless").isEmpty)
    #expect(
      try hub.error(of: "org/lengthless")?.kind
        == .noSize(file: "model.safetensors", model: "org/lengthless"))
    let folder = try hub.folder(of: "org/enormous-body")  // all of its bytes arrive, and have its digest
    #expect(try Data(contentsOf: URL(filePath: "\(folder)/model.safetensors")) == FakeHub.weights)
  }

  @Test("A download from a server that trickles ends")
  func slow() throws {
    let hub = try FakeHub()
    var settings = try hub.settings()
    settings.pace.window = 1
    let client = HubClient(settings)
    let error = #expect(throws: HubError.self) { try client.folder(of: HubModel("org/slow")) }
    #expect(error?.isOfPace == true, "\(String(describing: error))")
  }

  @Test("A time limit ends silence and a low rate, and nothing else")
  func clock() {
    var pace = HubSettings.Pace()
    (pace.silence, pace.window, pace.bytesPerSecond) = (10, 60, 100)
    let start = ContinuousClock.now
    var clock = TransferClock(pace, now: start)
    for second in 1...59 { clock.count(100, now: start + .seconds(second)) }
    #expect(clock.verdict(now: start + .seconds(61)) == .tooSlow(bytesPerSecond: 100))
    clock.count(100, now: start + .seconds(61))
    #expect(clock.verdict(now: start + .seconds(62)) == nil)
    #expect(clock.verdict(now: start + .seconds(72)) == .timeout)
  }

  @Test("A busy server is asked again when it says, on every kind of request")
  func busy() throws {
    let hub = try FakeHub()
    hub.retries = 3  // each address of a redirect is busy once
    let folder = try hub.folder(of: "org/weary")
    #expect(try Data(contentsOf: URL(filePath: "\(folder)/model.safetensors")) == FakeHub.weights)
    let asked = ContinuousClock.now
    #expect(
      try hub.error(of: "org/weary-long")?.kind
        == .busy(host: "127.0.0.1", .repository(.model, "org/weary-long")))
    #expect(ContinuousClock.now - asked < .seconds(5))
  }

  @Test("Retry-After is read as seconds or as a date, and not obeyed beyond a minute")
  func retryAfter() {
    let now = Date(timeIntervalSince1970: 784_111_777)  // Sun, 06 Nov 1994 08:49:37 GMT
    #expect(RetryAfter("7", now: now).delay(afterTries: 0) == 7)
    #expect(RetryAfter("-7", now: now).delay(afterTries: 0) == 0)
    #expect(RetryAfter("61", now: now).delay(afterTries: 0) == nil)
    #expect(RetryAfter("Sun, 06 Nov 1994 08:49:47 GMT", now: now).delay(afterTries: 0) == 10)
    #expect(RetryAfter("soon", now: now).delay(afterTries: 1) == 0.4)
    #expect(RetryAfter(nil, now: now).delay(afterTries: 60) == 5)
  }

  @Test(
    "Nothing is written through a symbolic link in the cache",
    arguments: ["", "/blobs", "/snapshots", "/refs"])
  func links(folder: String) throws {
    let hub = try FakeHub()
    let manager = FileManager.default
    let model = "\(hub.cache)/models--org--plain"
    let elsewhere = "\(hub.home)/elsewhere"
    let link = model + folder
    try manager.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
    try manager.createDirectory(
      at: URL(filePath: link).deletingLastPathComponent(), withIntermediateDirectories: true)
    try manager.createSymbolicLink(atPath: link, withDestinationPath: elsewhere)
    #expect(try hub.error(of: "org/plain")?.kind == .symbolicLink(link))
    #expect(try manager.contentsOfDirectory(atPath: elsewhere).isEmpty)
  }

  @Test("A part that is a symbolic link is not written through")
  func linkedPart() throws {
    let hub = try FakeHub()
    let blobs = "\(hub.cache)/models--org--plain/blobs"
    try FileManager.default.createDirectory(atPath: blobs, withIntermediateDirectories: true)
    let target = "\(hub.home)/precious"
    try Data("mine".utf8).write(to: URL(filePath: target))
    let digest = "fbbab289f7f94b25736c58be46a994c441fd02552cc6022352e3d86d2fab7c83"
    try FileManager.default.createSymbolicLink(
      atPath: "\(blobs)/\(digest).incomplete", withDestinationPath: target)
    #expect(try hub.error(of: "org/plain")?.remedy == .unwritable)
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "mine")
  }
}

extension HubError {
  /// Without the file that has arrived in part, which the next call resumes.
  private var cause: Kind {
    if case .resumable(_, _, let error) = kind { error.kind } else { kind }
  }

  /// Whether a file became another one while it arrived.
  fileprivate var isOfChange: Bool { if case .changed = cause { true } else { false } }

  /// Whether the server sends too slowly.
  fileprivate var isOfPace: Bool {
    if case .broken(_, .tooSlow(bytesPerSecond: 1024)) = cause { true } else { false }
  }
}
