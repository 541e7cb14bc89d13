package ai.ipai.postgres.migration;

/**
 * One statement of a file, without its semicolon.
 *
 * @param line of its first character that is neither space nor comment, from 1
 */
public record SqlStatement(String text, int line) {}
