package ai.ipai.governance.workspace;

import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes a small workspace to begin with. */
public final class WorkspaceTemplate {
  /** Where the schemas go, below the workspace; not under version control. */
  public static final String SCHEMAS = ".ipai/schema";

  private static final String RESOURCES = "/ai/ipai/workspace-template/";

  /**
   * Below the resources of this class. {@code gitignore} gets its dot when it is written, and
   * {@code .in} goes: to tools that read this repository those are no files of its own.
   */
  private static final List<String> FILES =
      List.of(
          "README.md",
          "connectors/shop.yaml",
          "dashboards/shop.yaml",
          "dbt_project.yml",
          "gitignore",
          "ipai.yaml",
          "macros/generate_schema_name.sql",
          "models/gold/_models.yml",
          "models/gold/customer_value.sql",
          "models/gold/revenue_by_month.sql",
          "models/silver/_models.yml",
          "models/silver/shop_order.sql",
          "policies/access.yaml",
          "semantic/revenue.yaml",
          "sources/shop/orders.csv",
          "spec/platform/constitution.md",
          "spec/shop/constitution.md",
          "spec/shop/plan.md",
          "spec/shop/prd.md",
          "spec/shop/tasks.md",
          "tests/revenue_adds_up_test.sql.in");

  private WorkspaceTemplate() {}

  /**
   * Creates the folder where needed and writes the files; overwrites nothing.
   *
   * @return the files, sorted
   * @throws IpaiException {@code WSP-029} if the folder holds anything but a new repository
   */
  public static List<Path> create(Path folder) throws IOException {
    refuseNonEmpty(folder);
    String name = nameOf(folder);
    Map<Path, String> files = new TreeMap<>();
    for (String file : FILES) {
      String written = file.equals("gitignore") ? ".gitignore" : file.replaceFirst("\\.in$", "");
      files.put(folder.resolve(written), text(file, name));
    }
    for (Map.Entry<Path, String> file : files.entrySet()) {
      Files.createDirectories(file.getKey().resolveSibling("."));
      Files.writeString(file.getKey(), file.getValue());
    }
    SchemaLibrary.shipped().export(folder.resolve(SCHEMAS));
    return new ArrayList<>(files.keySet());
  }

  private static void refuseNonEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new IpaiException(WorkspaceErrors.EXISTS, "this is a file already")
          .fact("file", folder)
          .hint("Name a new folder.");
    }
    try (Stream<Path> children = Files.list(folder)) {
      children
          .filter(child -> !child.getFileName().toString().equals(".git"))
          .min(Comparator.naturalOrder())
          .ifPresent(
              child -> {
                throw new IpaiException(
                        WorkspaceErrors.EXISTS, "this folder holds something already")
                    .fact("file", child)
                    .hint("Name a new folder: nothing is overwritten.");
              });
    }
  }

  private static String text(String file, String name) throws IOException {
    try (InputStream in = WorkspaceTemplate.class.getResourceAsStream(RESOURCES + file)) {
      if (in == null) {
        throw new IllegalStateException("the build left out " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@NAME@", name)
          .replace("@PROJECT@", name.replace('-', '_'));
    }
  }

  private static String nameOf(Path folder) {
    String name = folder.toAbsolutePath().normalize().getFileName().toString();
    String folded = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "-");
    String cut = folded.replaceFirst("^[^a-z]+", "");
    return cut.isEmpty() ? "workspace" : cut.substring(0, Math.min(cut.length(), 63));
  }
}
