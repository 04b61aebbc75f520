import ArgumentParser
import Backbones
import Checkpoints
import Jobs

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a checkpoint as a folder that Hugging Face's libraries load.",
    discussion: "transformers, and every program that reads its folders, computes the same logits from it.")

  @Argument(
    help: ArgumentHelp(
      "Take a checkpoint: its folder, its HDF5 file, or PROJECT/GROUP/NAME/SUFFIX below ROOT/checkpoints.",
      valueName: "ckpt"), transform: givenPath)
  var checkpoint: String
  @Argument(help: ArgumentHelp("Make this folder.", valueName: "dir"), transform: givenPath)
  var folder: String
  @OptionGroup var store: StoreOptions

  func run() throws {
    let path = try store.checkpoints.resolve(checkpoint)
    let checkpoint = try Checkpoint(path: path)
    if BackboneExport.fits(checkpoint) {
      try BackboneExport(checkpoint).write(to: folder)
    } else {
      try HuggingFaceExport(checkpoint).write(to: folder)
    }
    standardError.write("written to \(folder)\n")
  }
}
