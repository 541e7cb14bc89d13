package ai.ipai.ingest.filter;

import ai.ipai.spi.connector.ColumnType;
import ai.ipai.spi.connector.RecordBatch;
import ai.ipai.spi.connector.SourceColumn;
import ai.ipai.spi.connector.SourceRow;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which columns look like personal data, by their names and by what the first rows hold. Suggests
 * only; the reasons name no value.
 */
public final class PersonalData {
  private static final int SAMPLE = 200;
  private static final int MOST_CHARS = 100;
  private static final Map<String, Pattern> NAMES = names();
  private static final Pattern EMAIL =
      Pattern.compile("[^\\s@]{1,64}@[^\\s@.]{1,63}(\\.[^\\s@.]{1,63})+");
  private static final Pattern PHONE = Pattern.compile("\\+[0-9][0-9 ()/.-]{6,20}");
  private static final Pattern IBAN = Pattern.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}");
  private static final Pattern CARD = Pattern.compile("[0-9]{13,19}");

  private PersonalData() {}

  /** One column and the tag that it might want. */
  public record Suggestion(String column, String tag, String reason) {}

  private static Map<String, Pattern> names() {
    Map<String, String> words = new LinkedHashMap<>();
    words.put("pii.email", "e?mail|email_from|mail_address");
    words.put("pii.phone", "phone|mobile|telephone|fax|tel|cell");
    words.put("pii.bank", "iban|bank_account|acc_number|account_number|card_number|credit_card");
    words.put("pii.birth", "birth(day|date)?|date_of_birth|dob");
    words.put("pii.id", "ssn|passport|identification_id|national_id|tax_id|social_security");
    words.put("pii.address", "street2?|address|zip(code)?|postal(_code)?|postcode|house_number");
    words.put(
        "pii.name",
        "first_?name|last_?name|surname|full_?name|given_?name|family_?name|contact_name");
    words.put("pii.salary", "salary|wage|yearly_income|income");
    words.put("pii.gender", "gender|marital(_status)?|religion|nationality");
    words.put("pii.login", "password|passwd|secret|api_key|access_token|ip_address");
    Map<String, Pattern> patterns = new LinkedHashMap<>();
    words.forEach((tag, word) -> patterns.put(tag, Pattern.compile("(.*_)?(" + word + ")(_.*)?")));
    return patterns;
  }

  /** From names, and from at most {@value #SAMPLE} rows. */
  public static List<Suggestion> in(RecordBatch batch) {
    List<Suggestion> suggestions = new ArrayList<>();
    for (int i = 0; i < batch.columns().size(); i++) {
      SourceColumn column = batch.columns().get(i);
      if (!column.name().startsWith("_ipai_") && !column.comment().startsWith("hashed:")) {
        Suggestion found = byName(column);
        found = found == null ? byValue(column, texts(batch, i)) : found;
        if (found != null) {
          suggestions.add(found);
        }
      }
    }
    return suggestions;
  }

  private static @org.jspecify.annotations.Nullable Suggestion byName(SourceColumn column) {
    String name =
        column
            .name()
            .replaceAll("([a-z])([A-Z])", "$1_$2")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "_");
    boolean isMeasured = column.type() == ColumnType.BOOLEAN;
    for (Map.Entry<String, Pattern> entry : NAMES.entrySet()) {
      if (!isMeasured && entry.getValue().matcher(name).matches()) {
        return new Suggestion(column.name(), entry.getKey(), "the column's name");
      }
    }
    return null;
  }

  private static @org.jspecify.annotations.Nullable Suggestion byValue(
      SourceColumn column, List<String> texts) {
    if (texts.size() < 3) {
      return null;
    }
    if (most(texts, text -> EMAIL.matcher(text).matches())) {
      return new Suggestion(column.name(), "pii.email", "most values are e-mail addresses");
    }
    if (most(texts, PersonalData::isIban)) {
      return new Suggestion(column.name(), "pii.bank", "most values are account numbers (IBAN)");
    }
    if (most(texts, PersonalData::isCard)) {
      return new Suggestion(column.name(), "pii.bank", "most values are card numbers");
    }
    if (most(texts, text -> PHONE.matcher(text).matches())) {
      return new Suggestion(column.name(), "pii.phone", "most values are telephone numbers");
    }
    return null;
  }

  private static boolean most(List<String> texts, java.util.function.Predicate<String> looks) {
    return texts.stream().filter(looks).count() * 2 > texts.size();
  }

  private static List<String> texts(RecordBatch batch, int column) {
    List<String> texts = new ArrayList<>();
    for (SourceRow row : batch.rows().subList(0, Math.min(SAMPLE, batch.rows().size()))) {
      if (row.value(column) instanceof String text && text.length() <= MOST_CHARS) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** ISO 13616: the remainder by 97 is 1. */
  private static boolean isIban(String text) {
    String plain = text.replace(" ", "");
    if (!IBAN.matcher(plain).matches()) {
      return false;
    }
    StringBuilder digits = new StringBuilder();
    (plain.substring(4) + plain.substring(0, 4))
        .chars()
        .forEach(c -> digits.append(Character.digit(c, 36)));
    return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
  }

  /** Luhn's sum, of a number that is not just counted up. */
  private static boolean isCard(String text) {
    String plain = text.replaceAll("[ -]", "");
    if (!CARD.matcher(plain).matches()) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < plain.length(); i++) {
      int digit = plain.charAt(plain.length() - 1 - i) - '0';
      int doubled = i % 2 == 1 ? digit * 2 : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }
}
