import TensorCore
import Testing

/// The wording of all errors of TensorCore; other tests compare their facts.
@Suite("Sentences of errors")
struct ErrorSentenceTests {
  @Test("An error of a tensor in a file names the file, the shape and the bytes")
  func tensors() {
    let sentences: [(TensorFileError.Kind, String)] = [
      (
        .outside(shape: [2, 2], type: "float32", offset: 4, byteCount: 16, fileByteCount: 16),
        "a tensor [2, 2] of float32 at byte 4 needs 16 bytes, the file has 16"
      ),
      (.negative(shape: [-1]), "shape [-1] has a negative length"),
      (
        .tooLarge(shape: [1 << 40, 1 << 40]),
        "shape [1099511627776, 1099511627776] is larger than any memory"
      ),
      (
        .uneven(shape: [3, 33], format: "Q8_0", block: 32),
        "shape [3, 33] of Q8_0 does not divide into blocks of 32"
      ),
    ]
    for (kind, sentence) in sentences {
      let error = TensorFileError(kind, path: "a.gguf")
      #expect(error.reason == sentence)
      #expect(error.description == "'a.gguf': \(sentence)")
    }
  }

  @Test("Errors of files and of numbers of threads name what was given")
  func systems() {
    let missing = #expect(throws: MappedFileError.self) { try MappedFile(path: "/nowhere/weights") }
    #expect(missing?.description == "cannot map '/nowhere/weights': no such file or directory")
    let kernels = #expect(throws: InstructionSetError.self) { try InstructionSet(named: "avx1024") }
    #expect(kernels?.description.hasPrefix("unknown kernels 'avx1024'; this processor runs 'scalar'") == true)
    let threads = #expect(throws: ThreadCountError.self) {
      try ThreadPool.preferredThreadCount(environment: ["ASSAY_THREADS": "abc"])
    }
    #expect(threads?.description == "ASSAY_THREADS must be a number of threads from 1 to 256, found 'abc'")
  }
}
