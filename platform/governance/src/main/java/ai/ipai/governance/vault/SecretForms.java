package ai.ipai.governance.vault;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/** The texts by which a secret may show up. */
final class SecretForms {
  private SecretForms() {}

  static Set<String> of(String secret) {
    Set<String> forms = new LinkedHashSet<>();
    if (secret.length() < SecretScrubber.MIN_CHARS) {
      return forms;
    }
    addTextForms(forms, secret);
    addLines(forms, secret);
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    for (int offset = 0; offset < 3; offset++) {
      addBase64(forms, bytes, offset);
    }
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
    forms.removeIf(form -> form.length() < SecretScrubber.MIN_CHARS);
    return forms;
  }

  private static void addTextForms(Set<String> forms, String text) {
    forms.add(text);
    String form = URLEncoder.encode(text, StandardCharsets.UTF_8);
    String path = form.replace("+", "%20");
    String unreserved = path.replace("*", "%2A").replace("%7E", "~");
    for (String encoded : new String[] {form, path, unreserved}) {
      forms.add(encoded);
      forms.add(lowerCaseEscapes(encoded));
      forms.add(URLEncoder.encode(encoded, StandardCharsets.UTF_8));
    }
    String json = json(text, false);
    forms.add(json);
    forms.add(json.replace("/", "\\/"));
    forms.add(json(text, true));
    forms.add(json(json, false));
    forms.add(text.replace("'", "''"));
    forms.add(text.replace("\\", "\\\\"));
    String html = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    forms.add(html);
    forms.add(html.replace("\"", "&quot;").replace("'", "&#39;"));
    forms.add(html.replace("\"", "&#34;").replace("'", "&apos;"));
  }

  /** A key file shows up line by line: its long lines count on their own. */
  private static void addLines(Set<String> forms, String secret) {
    if (secret.indexOf('\n') < 0) {
      return;
    }
    secret
        .lines()
        .map(String::strip)
        .filter(line -> line.length() >= 16 && !line.startsWith("-----"))
        .forEach(line -> addTextForms(forms, line));
  }

  /**
   * The characters of base64 that depend on the secret alone when it begins at this offset of a
   * group of three bytes.
   */
  private static void addBase64(Set<String> forms, byte[] secret, int offset) {
    byte[] shifted = new byte[offset + secret.length];
    System.arraycopy(secret, 0, shifted, offset, secret.length);
    String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    int from = offset == 0 ? 0 : offset + 1;
    int to = shifted.length % 3 == 0 ? encoded.length() : encoded.length() - 1;
    // A shorter run would match by chance what is no secret.
    if (to - from >= 5) {
      String stable = encoded.substring(from, to);
      forms.add(stable);
      forms.add(stable.replace('+', '-').replace('/', '_'));
      forms.add(stable.replace("+", "%2B").replace("/", "%2F"));
    }
  }

  private static String lowerCaseEscapes(String encoded) {
    StringBuilder lower = new StringBuilder(encoded);
    for (int i = 0; i + 2 < lower.length(); i++) {
      if (lower.charAt(i) == '%') {
        lower.replace(i + 1, i + 3, lower.substring(i + 1, i + 3).toLowerCase(Locale.ROOT));
      }
    }
    return lower.toString();
  }

  private static String json(String text, boolean asciiOnly) {
    StringBuilder json = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        default -> {
          boolean escape = c < 0x20 || (asciiOnly && (c > 0x7e || "<>&'".indexOf(c) >= 0));
          if (escape) {
            json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.toString();
  }
}
