@NullMarked
package ai.ipai.postgres.login;

import org.jspecify.annotations.NullMarked;
