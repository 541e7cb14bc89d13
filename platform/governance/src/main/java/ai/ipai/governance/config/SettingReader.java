package ai.ipai.governance.config;

import ai.ipai.governance.yaml.Faults;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Types the texts of settings; a fault is collected and the default taken in its place. */
final class SettingReader {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

  private final SettingSources sources;
  private final Faults faults;

  SettingReader(SettingSources sources, Faults faults) {
    this.sources = sources;
    this.faults = faults;
  }

  SettingValue value(Setting setting) {
    return sources.value(setting);
  }

  Optional<String> text(Setting setting) {
    SettingValue value = sources.value(setting);
    return value.isAbsent() ? Optional.empty() : Optional.of(value.text().strip());
  }

  String requireText(Setting setting) {
    return text(setting).orElse(setting.fallback());
  }

  int port(Setting setting) {
    return integer(setting, 0, 65535).orElseGet(() -> Integer.valueOf(setting.fallback()));
  }

  Optional<Integer> integer(Setting setting, int min, int max) {
    Optional<String> text = text(setting);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(text.get());
      if (number >= min && number <= max) {
        return Optional.of(number);
      }
    }
    invalid(setting, "a whole number from " + min + " to " + max);
    return Optional.empty();
  }

  Duration duration(Setting setting) {
    Matcher matcher = DURATION.matcher(requireText(setting));
    if (!matcher.matches()) {
      invalid(setting, "a whole number and a unit: 500ms, 15s, 2m, 1h");
      matcher = DURATION.matcher(setting.fallback());
      if (!matcher.matches()) {
        throw new IllegalStateException("default of " + setting);
      }
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  String choice(Setting setting, String... choices) {
    String text = requireText(setting).toLowerCase(Locale.ROOT);
    if (!List.of(choices).contains(text)) {
      faults.addUnknown(
          value(setting).place(),
          ConfigErrors.VALUE,
          named(setting) + " has a value that is not known",
          text,
          List.of(choices));
      return setting.fallback();
    }
    return text;
  }

  /** A URI of one of the schemes, without user information. */
  Optional<URI> uri(Setting setting, String... schemes) {
    Optional<String> text = text(setting);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(text.get());
      if (uri.getScheme() != null
          && List.of(schemes).contains(uri.getScheme().toLowerCase(Locale.ROOT))
          && uri.getRawUserInfo() == null) {
        return Optional.of(uri);
      }
    } catch (URISyntaxException malformed) {
      // Reported below; the exception's message would repeat the value.
    }
    invalid(
        setting, "a URL that starts with " + String.join(": or ", schemes) + ": and names no user");
    return Optional.empty();
  }

  void invalid(Setting setting, String expected) {
    faults.add(
        value(setting).place(),
        ConfigErrors.VALUE,
        named(setting) + " is not " + expected,
        setting.fallback().isEmpty()
            ? "correct it or leave it out"
            : "the default is " + setting.fallback());
  }

  void contradiction(Setting setting, String message, String cure) {
    faults.add(value(setting).place(), ConfigErrors.CONTRADICTION, message, cure);
  }

  void secretInFile(Setting setting, String cure) {
    faults.add(
        value(setting).place(),
        ConfigErrors.SECRET_IN_FILE,
        named(setting) + " holds a secret in a file under version control",
        cure);
  }

  private String named(Setting setting) {
    return value(setting).isFromFile()
        ? setting.key().orElse(setting.variable())
        : setting.variable();
  }
}
