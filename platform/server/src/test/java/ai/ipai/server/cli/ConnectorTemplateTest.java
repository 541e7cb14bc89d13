package ai.ipai.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.ipai.spi.connector.ConnectorType;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The copy of the example compiles and is found. */
@Tag("REQ-CON-068")
class ConnectorTemplateTest {
  private static final Path ROOT = Path.of(System.getProperty("ipai.root", "../.."));
  private static final Path SOURCES = Path.of("platform/connectors/src");

  @TempDir private Path checkout;

  @Test
  void aNewConnectorCompilesAndIsFoundUnderItsName() throws Exception {
    for (String part : List.of("main", "test")) {
      copy(SOURCES.resolve(part).resolve("java/ai/ipai/connectors/example"));
    }
    List<Path> written = ConnectorTemplate.create(checkout, "weather");
    assertThat(written).hasSize(7);
    List<Path> sources =
        written.stream()
            .filter(file -> file.startsWith(SOURCES.resolve("main/java")))
            .map(checkout::resolve)
            .toList();
    Path classes = checkout.resolve("classes");
    Files.createDirectories(classes);
    assertThat(compile(sources, classes)).isEmpty();
    copyFile(
        checkout.resolve(SOURCES).resolve("main/resources/META-INF"), classes.resolve("META-INF"));
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, ConnectorType.class.getClassLoader())) {
      assertThat(ServiceLoader.load(ConnectorType.class, loader))
          .anySatisfy(type -> assertThat(type.spec().type()).isEqualTo("weather"));
    }
    assertThatThrownBy(() -> ConnectorTemplate.create(checkout, "weather"))
        .hasMessageContaining("already");
    assertThatThrownBy(() -> ConnectorTemplate.create(checkout, "../x"))
        .hasMessageContaining("name");
  }

  private static String compile(List<Path> sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
      compiler
          .getTask(
              said,
              files,
              null,
              List.of(
                  "-proc:none",
                  "-d",
                  classes.toString(),
                  "-cp",
                  System.getProperty("java.class.path")),
              null,
              files.getJavaFileObjectsFromPaths(sources))
          .call();
    }
    return said.toString();
  }

  private void copy(Path folder) throws IOException {
    copyFile(ROOT.resolve(folder), checkout.resolve(folder));
  }

  private static void copyFile(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }
}
