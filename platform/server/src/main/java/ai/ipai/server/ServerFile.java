package ai.ipai.server;

import ai.ipai.gateway.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@code server.json} in the data folder: which process serves this installation and where. Written
 * with mode 0600 when the server is up, removed when it stops; a file whose process is gone counts
 * as absent.
 *
 * @param pid of the Java process
 * @param apiUrl such as {@code http://127.0.0.1:54321}
 * @param databasePort of the embedded database; 0 for another database
 * @param startedAt ISO 8601
 */
public record ServerFile(long pid, String apiUrl, int databasePort, String startedAt) {
  private static final String NAME = "server.json";

  /** The server that runs now on this folder. */
  public static Optional<ServerFile> find(Path dataDir) {
    try {
      JsonNode file = Json.read(Files.readString(dataDir.resolve(NAME)));
      ServerFile server =
          new ServerFile(
              file.path("pid").asLong(0),
              file.path("apiUrl").asString(""),
              file.path("databasePort").asInt(0),
              file.path("startedAt").asString(""));
      return Optional.of(server).filter(ServerFile::isAlive);
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  private boolean isAlive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /** Replaces what stood there, atomically. */
  public void write(Path dataDir) throws IOException {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("pid", pid);
    content.put("apiUrl", apiUrl);
    content.put("databasePort", databasePort);
    content.put("startedAt", startedAt);
    Path fresh =
        Files.createTempFile(
            dataDir,
            NAME,
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(fresh, Json.text(content) + "\n");
    Files.move(
        fresh,
        dataDir.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Removes it if it is this process's. */
  public static void removeOwn(Path dataDir) throws IOException {
    if (find(dataDir).filter(file -> file.pid == ProcessHandle.current().pid()).isPresent()) {
      Files.deleteIfExists(dataDir.resolve(NAME));
    }
  }
}
