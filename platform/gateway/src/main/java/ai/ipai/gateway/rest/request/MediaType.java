package ai.ipai.gateway.rest.request;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a body is, as headers say it. */
public sealed interface MediaType {
  /** Those without parameters of ours. */
  enum Plain implements MediaType {
    JSON("application/json"),
    GEOJSON("application/geo+json"),
    CSV("text/csv"),
    TEXT("text/plain"),
    XML("text/xml"),
    OPENAPI("application/openapi+json"),
    FORM("application/x-www-form-urlencoded"),
    BYTES("application/octet-stream"),
    ANY("*/*"),
    ARRAY_WITHOUT_NULLS("application/vnd.pgrst.array+json;nulls=stripped");

    private final String mime;

    Plain(String mime) {
      this.mime = mime;
    }

    @Override
    public String mime() {
      return mime;
    }
  }

  /** One object instead of an array. */
  record Single(boolean withoutNulls) implements MediaType {
    @Override
    public String mime() {
      return "application/vnd.pgrst.object+json" + (withoutNulls ? ";nulls=stripped" : "");
    }
  }

  /** The plan of the query instead of its result. */
  record Explained(MediaType result, boolean asJson, List<String> options) implements MediaType {
    static final List<String> OPTIONS = List.of("analyze", "verbose", "settings", "buffers", "wal");

    public Explained {
      options = List.copyOf(options);
    }

    @Override
    public String mime() {
      return "application/vnd.pgrst.plan+"
          + (asJson ? "json" : "text")
          + "; for=\""
          + result.mime()
          + "\""
          + (options.isEmpty() ? "" : "; options=" + String.join("|", options));
    }
  }

  /** Any other, as it was written. */
  record Other(String mime) implements MediaType {}

  String mime();

  /** The value of {@code Content-Type}. */
  default String contentType() {
    return this == Plain.BYTES || this instanceof Other ? mime() : mime() + "; charset=utf-8";
  }

  /** Reads one; what is not understood is {@link Other}. */
  static MediaType parse(String text) {
    Words words = Words.of(text);
    return switch (words.type()) {
      case "application/json" -> Plain.JSON;
      case "application/geo+json" -> Plain.GEOJSON;
      case "text/csv" -> Plain.CSV;
      case "text/plain" -> Plain.TEXT;
      case "text/xml" -> Plain.XML;
      case "application/openapi+json" -> Plain.OPENAPI;
      case "application/x-www-form-urlencoded" -> Plain.FORM;
      case "application/octet-stream" -> Plain.BYTES;
      case "application/vnd.pgrst.plan", "application/vnd.pgrst.plan+text" ->
          words.explained(false);
      case "application/vnd.pgrst.plan+json" -> words.explained(true);
      case "application/vnd.pgrst.object+json", "application/vnd.pgrst.object" ->
          new Single(words.withoutNulls());
      case "application/vnd.pgrst.array+json", "application/vnd.pgrst.array" ->
          words.withoutNulls() ? Plain.ARRAY_WITHOUT_NULLS : Plain.JSON;
      case "*/*" -> Plain.ANY;
      default -> new Other(text);
    };
  }

  /** The type in lower case, and the parameters by their names in lower case. */
  record Words(String type, Map<String, String> parameters) {
    private static final Pattern TYPE = Pattern.compile("([\\p{Alnum}.*]+)/([\\p{Alnum}.*+-]+)");
    private static final Pattern PARAMETER =
        Pattern.compile("\\s*;\\s*([\\p{Alnum}-]+)\\s*=\\s*(?:\"([^\"]*)\"|([\\p{Alnum}|-]+))");

    static Words of(String text) {
      Matcher type = TYPE.matcher(text);
      Map<String, String> parameters = new LinkedHashMap<>();
      if (!type.lookingAt()) {
        return new Words(text.toLowerCase(Locale.ROOT) + "/", parameters);
      }
      Matcher parameter = PARAMETER.matcher(text).region(type.end(), text.length());
      while (parameter.lookingAt()) {
        String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
        parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
        parameter.region(parameter.end(), text.length());
      }
      return new Words(type.group().toLowerCase(Locale.ROOT), parameters);
    }

    boolean withoutNulls() {
      return "stripped".equals(parameters.get("nulls"));
    }

    Explained explained(boolean asJson) {
      String of = parameters.getOrDefault("for", Plain.JSON.mime());
      List<String> wanted = List.of(parameters.getOrDefault("options", "").split("\\|", -1));
      return new Explained(
          parse(of), asJson, Explained.OPTIONS.stream().filter(wanted::contains).toList());
    }
  }
}
