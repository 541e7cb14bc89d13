package ai.ipai.governance.workspace;

import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes a small workspace to begin with. */
public final class WorkspaceTemplate {
  /** Where the schemas go, below the workspace; not under version control. */
  public static final String SCHEMAS = ".ipai/schema";

  private WorkspaceTemplate() {}

  /**
   * Creates the folder where needed and writes the files; overwrites nothing.
   *
   * @return the files, sorted
   * @throws IpaiException {@code WSP-029} if one of them is there already
   */
  public static List<Path> create(Path folder) throws IOException {
    Map<Path, String> files = new TreeMap<>();
    files(nameOf(folder)).forEach((name, text) -> files.put(folder.resolve(name), text));
    for (Path file : files.keySet()) {
      if (Files.exists(file)) {
        throw new IpaiException(WorkspaceErrors.EXISTS, "this folder holds a workspace already")
            .fact("file", file)
            .hint("Name a new folder.");
      }
    }
    for (Map.Entry<Path, String> file : files.entrySet()) {
      Files.createDirectories(file.getKey().resolveSibling("."));
      Files.writeString(file.getKey(), file.getValue());
    }
    SchemaLibrary.shipped().export(folder.resolve(SCHEMAS));
    return new ArrayList<>(files.keySet());
  }

  private static String nameOf(Path folder) {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    String folded = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-");
    String cut = folded.replaceFirst("^[^a-z]+", "");
    return cut.isEmpty() ? "workspace" : cut.substring(0, Math.min(cut.length(), 63));
  }

  private static Map<String, String> files(String name) {
    return Map.of(
        "ipai.yaml",
        """
        # yaml-language-server: $schema=.ipai/schema/ipai.schema.json
        name: %s
        target: dev
        targets:
          dev: {}
        """
            .formatted(name),
        ".gitignore",
        ".ipai/\ntarget/\n",
        "policies/access.yaml",
        """
        # yaml-language-server: $schema=../.ipai/schema/policies.schema.json
        # Nobody sees anything that is not granted here.
        grants:
          - {to: [ipai_platform_admin, ipai_auditor], on: ["gold_*.*"], allow: [select]}
        """);
  }
}
