import Evaluations
import Foundation
import Testing
import Tokenization

@testable import Tasks

@Suite("Samples per prompt")
struct SamplesPerPromptTests {
  private func task(_ type: String) throws -> (TaskFolder, TaskEvaluation) {
    let folder = try TaskFolder([
      "a.yaml": """
      task: t
      dataset_path: toy
      test_split: test
      output_type: \(type)
      repeats: 2
      doc_to_text: "{{q}}"
      doc_to_target: "{{a}}"
      """,
      "toy/test.jsonl": "{\"q\": \"b\", \"a\": \"c\"}\n",
    ])
    let library = try TaskLibrary(dataRoot: folder.path)
    return (folder, try #require(try library.tasks(named: folder.path + "/a.yaml").first))
  }

  @Test(
    "A task that generates scores as many samples of a document as are asked for, each with its own random numbers"
  )
  func generation() throws {
    let (folder, task) = try task("generate_until")
    var options = EvaluationOptions()
    (options.samplesPerPrompt, options.temperature) = (3, 1)
    let context = EvaluationContext(tokenizer: BytesTokenizer(), blockSize: 1024, options: options)
    let samples = try task.samples(of: 0, in: context)
    #expect(samples.map(\.requests.count) == [2, 2, 2])
    #expect(Set(samples.flatMap(\.requests)).count == 6)
    #expect(task.reasonNotToUse(.samplesPerPrompt) == nil)
    _ = folder
  }

  @Test("A task that generates nothing refuses a number of samples")
  func likelihoods() throws {
    let (folder, task) = try task("loglikelihood")
    let error = #expect(throws: EvaluationError.self) { try task.check([.samplesPerPrompt]) }
    #expect(error?.key == "eval/samples_per_prompt")
    _ = folder
  }
}
