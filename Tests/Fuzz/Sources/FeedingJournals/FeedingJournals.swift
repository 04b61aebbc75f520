import Evaluations
import Foundation
import Journals

/// Opens `bytes` as a journal, and reads and writes responses. What is refused is fine; what traps is not.
public func feed(journal bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let path = "/dev/shm/assay-fuzz-\(ProcessInfo.processInfo.processIdentifier).sqlite"
  for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) }
  guard let file = fopen(path, "w") else { preconditionFailure("cannot write '\(path)'") }
  fwrite(bytes, 1, count, file)
  fclose(file)
  guard let journal = try? Journal(path: path, identity: identity, patience: 0, notify: { _ in }) else {
    return 0
  }
  guard let found = try? journal.responses(to: requests) else { return 0 }
  precondition(found.keys.allSatisfy(requests.indices.contains))
  _ = try? journal.count
  if (try? journal.record(Array(zip(requests, responses)))) != nil {
    _ = try? journal.responses(to: requests)
  }
  return 0
}

/// Writes a journal with a response to each request that ``feed(journal:_:)`` makes.
public func writeJournal(to path: String) throws {
  try Journal(path: path, identity: identity).record(Array(zip(requests, responses)))
}

private let identity = JournalIdentity(tokenizer: "bytes", numerics: "1")
private let requests: [Request] = [
  .score(ScoreRequest(ids: [1, 2, 3], from: 1)), .score(ScoreRequest(ids: [1], from: 1)),
  .generate(GenerateRequest(prompt: [1, 2], limit: 4, stops: [0], stopTexts: ["\n"])),
]
private let responses: [Response] = [
  .score([
    TokenScore(logProbability: -0.1, argmax: 3, isGreedy: true),
    TokenScore(logProbability: -2, argmax: 9, isGreedy: false),
  ]),
  .score([]), .generation(Generation(ids: [7, 5], logProbabilities: [-0.5, 0], stop: 0)),
]
