import ArgumentParser
import Configurate
import Files
import Foundation
import Jobs

struct ConfigureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "configure", abstract: "Write a job's settings to a YAML file.",
    discussion: """
      Above each setting stands what it does, as a comment. Settings that must be given before the job can run are written \
      as ???.
      """)

  @Argument(help: "Write the settings of this job; see 'evaluate list jobs'.")
  var job: String
  @Argument(help: "Write this file; - for standard output.", transform: givenPath)
  var output: String
  @Argument(help: ArgumentHelp("Set settings, such as eval.length=100.", valueName: "key=value"))
  var overrides: [String] = []

  func run() throws {
    let type = try Registry.shared.job(job)
    let schema = try SettingsSchema(of: type.settings)
    var settings = schema.defaults
    try settings.applyOverrides(overrides)
    settings = try schema.checked(settings, allowingMissing: true)
    settings["job"] = SettingsTree(.text(job))
    let text = settings.yaml { key in
      key == "job" ? "Job that these settings are for" : schema[key]?.help ?? ""
    }
    guard output != "-" else {
      print(text, terminator: "")
      return
    }
    try WholeFile.write(text, to: output)
    standardError.write("written to \(output)\n")
  }
}
