package ai.ipai.connectors.process;

import ai.ipai.spi.connector.Cancellation;
import ai.ipai.spi.connector.ConnectorErrors;
import ai.ipai.spi.error.IpaiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that can be started. It gets a folder of its own with its files, readable by nobody
 * else and removed afterwards, and of the environment only PATH: no key and no password of the
 * platform.
 */
record Program(
    String name, List<String> command, Duration silence, Config config, Cancellation cancellation) {
  Program {
    command = List.copyOf(command);
  }

  /**
   * Starts it.
   *
   * @param verb such as {@code discover}
   * @param files by option beside its configuration, such as {@code state} with its JSON
   */
  Conversation start(String verb, Map<String, String> files) {
    Path folder = null;
    try {
      folder = SourceFolders.create();
      List<String> words = new ArrayList<>(command);
      words.add(verb);
      Map<String, String> all = new LinkedHashMap<>();
      all.put("config", config.json());
      all.putAll(files);
      for (Map.Entry<String, String> file : all.entrySet()) {
        Path path = folder.resolve(file.getKey() + ".json");
        Files.writeString(path, file.getValue());
        words.add("--" + file.getKey());
        words.add(path.toString());
      }
      ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
      String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
      builder.environment().clear();
      builder
          .environment()
          .putAll(Map.of("PATH", path, "HOME", folder.toString(), "TZ", "UTC", "LANG", "C.UTF-8"));
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      return new Conversation(this, builder.start(), folder);
    } catch (IOException e) {
      SourceFolders.delete(folder);
      throw new IpaiException(ConnectorErrors.PROCESS, "program " + name + " cannot be started", e)
          .fact("program", name)
          .hint("the operator corrects " + ProcessConnectorType.VARIABLE);
    }
  }
}
