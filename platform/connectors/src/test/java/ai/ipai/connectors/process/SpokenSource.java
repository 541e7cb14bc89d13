package ai.ipai.connectors.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A program that speaks the Airbyte protocol about a file of JSON lines, without any library, as a
 * stranger might have written it: it logs, it prints nonsense, it gives a state now and then.
 */
final class SpokenSource {
  private static final int BETWEEN_STATES = 7;

  private SpokenSource() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    String config = option(args, "--config");
    if (config.contains("complain")) {
      String error = "cannot log in with " + text(config, "key") + "\\n" + "x".repeat(5_000);
      System.out.println(
          "{\"type\":\"TRACE\",\"trace\":{\"type\":\"ERROR\",\"error\":{\"message\":\"%s\"}}}"
              .formatted(error));
      System.exit(3);
    }
    System.out.println("not a message");
    System.out.println("{\"type\":\"LOG\",\"log\":{\"level\":\"INFO\",\"message\":\"hello\"}}");
    if (System.getenv().size() > 6 || System.getenv("IPAI_MASTER_KEY") != null) {
      System.exit(9);
    }
    String file = text(config, "file");
    switch (args[0]) {
      case "check" ->
          System.out.println(
              "{\"type\":\"CONNECTION_STATUS\",\"connectionStatus\":{\"status\":\"%s\",\"message\":\"no file\"}}"
                  .formatted(Files.exists(Path.of(file)) ? "SUCCEEDED" : "FAILED"));
      case "discover" -> discover(config);
      default -> read(Files.readAllLines(Path.of(file)), option(args, "--state"), config);
    }
    System.out.flush();
  }

  private static void discover(String config) {
    String catalog =
        """
        {"type":"CATALOG","catalog":{"streams":[{"name":"things","json_schema":{"properties":\
        {"id":{"type":"integer"},"at":{"type":["null","string"],"format":"date-time"},"name":{"type":"string"},\
        "tags":{"type":"array"}}},"supported_sync_modes":["full_refresh","incremental"],\
        "source_defined_cursor":true,"source_defined_primary_key":[["id"]]}]}}\
        """;
    System.out.println(config.contains("keyless") ? catalog.replace("[[\"id\"]]", "[]") : catalog);
  }

  private static void read(List<String> lines, String state, String config)
      throws InterruptedException {
    int from = state.isEmpty() ? 0 : Integer.parseInt(text(state, "line"));
    for (int i = from; i < lines.size(); i++) {
      if (config.contains("slow")) {
        Thread.sleep(200);
      }
      System.out.println(
          "{\"type\":\"RECORD\",\"record\":{\"stream\":\"things\",\"emitted_at\":1,\"data\":"
              + lines.get(i)
              + "}}");
      boolean isDue = (i + 1) % BETWEEN_STATES == 0 && !config.contains("keyless");
      if (isDue || i + 1 == lines.size()) {
        System.out.println(
            String.format(
                Locale.ROOT,
                "{\"type\":\"STATE\",\"state\":{\"type\":\"STREAM\",\"stream\":{\"stream_descriptor\":{\"name\":\"things\"},\"stream_state\":{\"line\":\"%d\"}}}}",
                i + 1));
      }
    }
  }

  private static String option(String[] args, String name) throws IOException {
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals(name)) {
        return Files.readString(Path.of(args[i + 1]));
      }
    }
    return "";
  }

  private static String text(String json, String name) {
    int at = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
    return json.substring(at, json.indexOf('"', at));
  }
}
