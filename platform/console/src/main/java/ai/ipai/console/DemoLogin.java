package ai.ipai.console;

import java.util.List;

/** A login of the demo, offered on the sign-in page. Never made outside the demo. */
public record DemoLogin(
    String email, String name, String description, List<String> roles, String password) {
  public DemoLogin {
    roles = List.copyOf(roles);
  }
}
