import Configurate
import Runs

/// The settings that a run was made under, folded away; nothing where they are missing.
struct SettingsText {
  let markup: Markup

  init(_ run: StoredRun, title: String) {
    guard let settings = try? run.settings() else {
      markup = ""
      return
    }
    markup = """
      <details><summary>Settings of <bdi>\(title)</bdi></summary>
      <pre dir="auto">\(settings.yaml)</pre></details>

      """
  }
}
