package ai.ipai.connectors.odoo.replay;

/** An error as Odoo's server reports it: the Python class and its message. */
final class OdooFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String name;

  private OdooFault(String name, String message) {
    super(message);
    this.name = name;
  }

  static OdooFault value(String message) {
    return new OdooFault("builtins.ValueError", message);
  }

  static OdooFault user(String message) {
    return new OdooFault("odoo.exceptions.UserError", message);
  }

  static OdooFault access(String message) {
    return new OdooFault("odoo.exceptions.AccessError", message);
  }

  static OdooFault denied() {
    return new OdooFault("odoo.exceptions.AccessDenied", "Access Denied");
  }

  static OdooFault of(String name, String message) {
    return new OdooFault(name, message);
  }

  /** Something a real server would answer, but that was not recorded. */
  static OdooFault notRecorded(String what) {
    return new OdooFault("builtins.NotImplementedError", "not in the recording: " + what);
  }

  String name() {
    return name;
  }
}
