package ai.ipai.server.cli;

import ai.ipai.server.ServerErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Copies the example connector under another name: its sources, its contract test and its entry
 * among the connectors that the platform finds by itself.
 */
final class ConnectorTemplate {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{1,30}");
  private static final String EXAMPLE = "example";
  private static final Path ROOM = Path.of("platform", "connectors", "src");
  private static final String SERVICES = "META-INF/services/ai.ipai.spi.connector.ConnectorType";

  private ConnectorTemplate() {}

  /**
   * Writes it.
   *
   * @param root of a checkout of the sources
   * @return what was written
   */
  static List<Path> create(Path root, String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw fault("a connector's name is lower case letters and digits", "such as weather");
    }
    Path room = root.resolve(ROOM);
    Path example = packageOf(room, "main", EXAMPLE);
    if (!Files.isDirectory(example)) {
      throw fault(
          "this is no checkout of the sources",
          "clone the repository; a program in any language can be a source too: type: process");
    }
    if (Files.exists(packageOf(room, "main", name))) {
      throw fault("there is a connector " + name + " already", "choose another name");
    }
    List<Path> written = new ArrayList<>();
    for (String part : List.of("main", "test")) {
      Path to = packageOf(room, part, name);
      Files.createDirectories(to);
      try (Stream<Path> files = Files.list(packageOf(room, part, EXAMPLE))) {
        for (Path file : files.sorted().toList()) {
          Path copy = to.resolve(renamed(file.getFileName().toString(), name));
          Files.writeString(copy, renamed(Files.readString(file), name));
          written.add(root.relativize(copy));
        }
      }
    }
    Path services = room.resolve("main/resources").resolve(SERVICES);
    Files.createDirectories(services.getParent());
    String type = "ai.ipai.connectors." + name + "." + capital(name) + "ConnectorType\n";
    Files.writeString(services, type, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    written.add(root.relativize(services));
    return written;
  }

  private static Path packageOf(Path room, String part, String name) {
    return room.resolve(part).resolve("java/ai/ipai/connectors").resolve(name);
  }

  private static String renamed(String text, String name) {
    return text.replace("connectors.example", "connectors." + name)
        .replace("\"example\"", "\"" + name + "\"")
        .replace("ExampleConnector", capital(name) + "Connector")
        .replace("ExampleReader", capital(name) + "Reader")
        .replace("Example: a diary", capital(name))
        .replaceAll("@Tag\\(\"REQ-[A-Z]+-[0-9]+\"\\)\n", "")
        .replace("import org.junit.jupiter.api.Tag;\n", "");
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static IpaiException fault(String message, String hint) {
    return new IpaiException(ServerErrors.USAGE, message).hint(hint);
  }
}
