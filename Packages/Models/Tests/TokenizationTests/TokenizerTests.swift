import Basics
import Configurate
import Testing
import Tokenization

@Suite("Tokenizers")
struct TokenizerTests {
  @Test("The bytes tokenizer gives Latin-1 code plus one, and UTF-8 for other characters")
  func bytes() throws {
    let tokenizer = BytesTokenizer()
    #expect(tokenizer.encode("aé\n") == [98, 234, 11])
    #expect(tokenizer.encode("–") == [227, 129, 148])  // E2 80 93
    #expect(try tokenizer.decode([98, 234, 11]) == "aé\n")
    #expect(try tokenizer.decode([0, 98, 257, 258, 99]) == "ab")
    let everything = String(String.UnicodeScalarView((0...255).map { Unicode.Scalar(UInt8($0)) }))
    #expect(
      try tokenizer.decode(tokenizer.encode(everything)).unicodeScalars.elementsEqual(
        everything.unicodeScalars))
    #expect(tokenizer.encode("\r\n") == [14, 11])
    #expect(
      throws: TokenizerError(.outsideVocabulary(id: 259, position: 1, vocabularySize: 259))
    ) {
      try tokenizer.decode([98, 259])
    }
  }

  @Test("The trivial tokenizer reads and writes numbers with spaces between them")
  func trivial() throws {
    let tokenizer = TrivialTokenizer()
    #expect(try tokenizer.encode(" 3  17 0") == [3, 17, 0])
    #expect(tokenizer.decode([3, 17]) == "3 17")
    #expect(try tokenizer.encodeBatch(["1", "2 3"]) == [[1], [2, 3]])
    for text in ["3 x", "-1", "3.0", "99999999999"] {
      #expect(throws: TokenizerError.self) { try tokenizer.encode(text) }
    }
  }

  @Test("Settings name the backend, and an unknown one is an error that lists the others")
  func make() throws {
    var settings = TokenizerSettings()
    settings.backend = "bytes"
    #expect(try Tokenizers.make(settings).identity == "bytes")
    settings.backend = "byte"
    let error = #expect(throws: TokenizerError.self) { try Tokenizers.make(settings) }
    #expect(error?.key == "tokenizer/backend" && error?.found == "byte" && error?.nearest == "bytes")
    #expect(error?.supported == Tokenizers.backends)
    settings.backend = "hf"
    settings.usesRemoteCode = true
    #expect(
      throws: TokenizerError(
        .refused(
          setting: "tokenizer/huggingface/use_remote_code",
          .value(expected: "false, because code from files is never run", found: "true")))
    ) { try Tokenizers.make(settings) }
  }
}
