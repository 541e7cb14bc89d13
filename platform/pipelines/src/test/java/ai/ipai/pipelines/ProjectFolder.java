package ai.ipai.pipelines;

import ai.ipai.pipelines.compile.BuildSettings;
import ai.ipai.pipelines.parse.ProjectReader;
import ai.ipai.pipelines.project.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** A project that a test writes. */
public final class ProjectFolder {
  private final Path root;

  private ProjectFolder(Path root) {
    this.root = root;
  }

  /** A project named {@code shop} whose models are tables in {@code silver_shop}. */
  public static ProjectFolder shop(Path root) {
    return new ProjectFolder(root)
        .file(
            "dbt_project.yml",
            """
            name: shop
            version: "1.0"
            vars: {cutoff: 10}
            models:
              shop:
                +materialized: table
                +schema: silver_shop
                marts:
                  +schema: gold_shop
                  +tags: [mart]
            seeds:
              shop:
                +schema: silver_shop
            snapshots:
              shop:
                +schema: silver_shop
            """);
  }

  public ProjectFolder file(String name, String text) {
    try {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public ProjectFolder delete(String name) {
    try {
      Files.delete(root.resolve(name));
      return this;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public Path root() {
    return root;
  }

  public static BuildSettings settings() {
    return BuildSettings.standard("test", "postgres", Set.of());
  }

  public Project read() {
    return ProjectReader.read(root, settings());
  }
}
