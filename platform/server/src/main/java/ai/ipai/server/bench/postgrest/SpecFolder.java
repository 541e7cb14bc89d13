package ai.ipai.server.bench.postgrest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder {@code test/spec} of a checkout of PostgREST. */
record SpecFolder(Path folder) {
  private static final Pattern VERSION = Pattern.compile("(?m)^version:\\s*([0-9.]+)");

  /** Every file of specs, in order. */
  List<Path> features() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("Feature"))) {
      return files.filter(file -> file.toString().endsWith("Spec.hs")).sorted().toList();
    }
  }

  Path main() {
    return folder.resolve("Main.hs");
  }

  Path helper() {
    return folder.resolve("SpecHelper.hs");
  }

  Path fixtures() {
    return folder.resolve("fixtures");
  }

  /** Such as {@code Query/QuerySpec} of {@code Feature.Query.QuerySpec}. */
  static String area(String module) {
    return module.replaceFirst("^Feature\\.", "").replace('.', '/');
  }

  /** Of the checkout; 0 where it does not say. */
  private String version() {
    Path cabal = folder.resolve("../../postgrest.cabal").normalize();
    try {
      Matcher found = VERSION.matcher(Files.isRegularFile(cabal) ? Files.readString(cabal) : "");
      return found.find() ? found.group(1) : "0";
    } catch (IOException unread) {
      return "0";
    }
  }

  private boolean isPreRelease() {
    return version().indexOf('.') < 0;
  }

  /** As the server of the checkout names itself. */
  String prettyVersion() {
    String[] parts = version().split("\\.", -1);
    String text = parts.length > 1 ? parts[0] + "." + parts[1] : parts[0];
    return isPreRelease() ? text + " (pre-release)" : text;
  }

  String docsVersion() {
    return isPreRelease()
        ? "latest"
        : String.format(Locale.ROOT, "v%s", version().split("\\.", -1)[0]);
  }
}
