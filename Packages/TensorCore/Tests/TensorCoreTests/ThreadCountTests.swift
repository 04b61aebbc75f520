import TensorCore
import Testing

@Suite("Thread count")
struct ThreadCountTests {
  @Test("The environment's number of threads is used where it is set")
  func said() throws {
    #expect(try ThreadPool.preferredThreadCount(environment: [:]) == nil)
    #expect(try ThreadPool.preferredThreadCount(environment: ["ASSAY_THREADS": "3"]) == 3)
    #expect(try ThreadPool.preferredThreadCount(environment: ["ASSAY_THREADS": "256"]) == 256)
  }

  @Test(
    "A number of threads that is none is refused with the text that was found",
    arguments: ["", "abc", "0", "-1", "257", "1.5", " 2", "999999999999", "9223372036854775808"])
  func refused(text: String) {
    let error = #expect(throws: ThreadCountError.self) {
      try ThreadPool.preferredThreadCount(environment: ["ASSAY_THREADS": text])
    }
    #expect(error?.variable == "ASSAY_THREADS" && error?.found == text)
  }
}
