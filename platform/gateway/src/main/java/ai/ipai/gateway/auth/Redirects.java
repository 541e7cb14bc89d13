package ai.ipai.gateway.auth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a browser may be sent with tokens in its address. The patterns are those of Supabase Auth:
 * {@code *} is anything but a separator ({@code .} and {@code /}), {@code **} is anything, {@code
 * ?} one character that is no separator. What browsers and servers read differently is refused
 * unread.
 */
final class Redirects {
  private static final Set<String> SCRIPTS =
      Set.of("javascript", "data", "vbscript", "blob", "file", "about");
  private static final int MAX_CHARACTERS = 2_048;

  private Redirects() {}

  static boolean isAllowed(String wanted, String site, List<String> patterns) {
    if (wanted.isEmpty() || wanted.length() > MAX_CHARACTERS || isOdd(wanted)) {
      return false;
    }
    URI uri;
    try {
      uri = new URI(wanted);
    } catch (URISyntaxException e) {
      return false;
    }
    if (uri.getScheme() == null
        || SCRIPTS.contains(uri.getScheme().toLowerCase(Locale.ROOT))
        || uri.isOpaque()
        || uri.getRawUserInfo() != null
        || uri.getRawFragment() != null) {
      return false;
    }
    return sameOrigin(uri, URI.create(site))
        || patterns.stream().anyMatch(pattern -> glob(pattern).matcher(wanted).matches());
  }

  /** Backslashes, blanks, controls and letters beyond ASCII: browsers rewrite them. */
  private static boolean isOdd(String text) {
    return text.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || c == '\\' || c == '@');
  }

  private static boolean sameOrigin(URI one, URI other) {
    return one.getHost() != null
        && one.getHost().equalsIgnoreCase(other.getHost())
        && Objects.requireNonNullElse(one.getScheme(), "").equalsIgnoreCase(other.getScheme())
        && port(one) == port(other);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }

  private static Pattern glob(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '*' && i + 1 < pattern.length() && pattern.charAt(i + 1) == '*') {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^./:?#]*");
      } else if (c == '?') {
        regex.append("[^./:?#]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString());
  }
}
