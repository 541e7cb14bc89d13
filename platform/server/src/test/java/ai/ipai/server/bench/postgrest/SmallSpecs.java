package ai.ipai.server.bench.postgrest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder of specs of our own, in the form of PostgREST's. */
public final class SmallSpecs {
  private SmallSpecs() {}

  public static void write(Path folder) throws IOException {
    file(
        folder,
        "Main.hs",
        """
        module Main where

        import qualified Feature.OtherSpec
        import qualified Feature.Query.SmallSpec

        main :: IO ()
        main = do
          pool <- acquire
          let specs = uncurry describeWithConfig <$> [
                  ("Feature.Query.SmallSpec" , Feature.Query.SmallSpec.spec actualPgVersion)
                ]
          hspec $ do
            mapM_ parallel specs
            describe "other" $ Feature.OtherSpec.spec withConfig
          where
            acquire = undefined
        """);
    file(
        folder,
        "SpecHelper.hs",
        """
        module SpecHelper where

        baseCfg :: AppConfig
        baseCfg = AppConfig {
            configDbAnonRole = Just "small_anonymous"
          , configDbSchemas = fromList ["small"]
          , configDbMaxRows = Nothing
          , configDbTxAllowOverride = True
          , configDbTxRollbackAll = True
          }

        single :: [Header]
        single = [(hAccept, "application/vnd.pgrst.object+json")]

        hasHeader :: HeaderName -> ByteString -> [Header] -> Bool
        hasHeader name wanted headers = maybe False (== wanted) $ lookup name headers
        """);
    file(
        folder,
        "Feature/OtherSpec.hs",
        """
        module Feature.OtherSpec where

        import SpecHelper

        spec withConfig = withConfig (baseCfg { configDbMaxRows = Just 2 }) $
          it "reads under other settings" $
            get "/rows" `shouldRespondWith` [json|[{"id":1},{"id":2}]|]
        """);
    file(
        folder,
        "Feature/Query/SmallSpec.hs",
        """
        module Feature.Query.SmallSpec where

        import SpecHelper

        spec :: PgVersion -> SpecWithConfig
        spec actualPgVersion withConfig = withConfig baseCfg $ describe "small" $ do
          it "reads a row" $
            get "/rows?id=eq.1" `shouldRespondWith`
              [json|[{"id":1}]|]

          it "compares text byte for byte" $
            get "/rows?id=eq.1" `shouldRespondWith` [str|[{"id":1} ]|]

          it "wants a status" $ do
            request methodPost "/rows" single [json|{"id": 7}|]
              `shouldRespondWith`
                ""
                { matchStatus = 402 }

          it "wants a header" $
            request methodGet "/rows?id=eq.1" [] ""
              `shouldRespondWith`
                [json|[{ id: 1 }]|]
                { matchHeaders = [ "Content-Type" <:> "application/json"
                                 , matchHeaderAbsent hLocation ]
                }

          it "misses a header" $
            get "/rows?id=eq.1" `shouldRespondWith`
              [json|[{"id":1}]|]
              { matchHeaders = ["X-Never" <:> "1"] }

          it "asserts on parts" $ do
            r <- request methodGet "/rows?id=eq.1" [] ""
            let headers = simpleHeaders r
                found = simpleBody r ^? nth 0 . key "id"
            liftIO $ do
              simpleStatus r `shouldBe` ok200
              headers `shouldSatisfy` hasHeader hContentType "application/json"
              found `shouldBe` Just [aesonQQ|1|]
              actualPgVersion `shouldSatisfy` (> pgVersion170)

          it "names nobody's function" $
            conjure "/rows" `shouldRespondWith` 200

          it "waits" $
            pendingWith "until later"
        """);
    Path helper = folder.resolve("SpecHelper.hs");
    Files.writeString(
        helper,
        Files.readString(helper)
            + """

            matchHeaderAbsent :: HeaderName -> MatchHeader
            matchHeaderAbsent name = MatchHeader $ \\headers _ ->
              case lookup name headers of
                Just _  -> Just $ "unexpected " <> original name
                Nothing -> Nothing
            """);
    fixtures(folder);
  }

  private static void fixtures(Path folder) throws IOException {
    file(
        folder,
        "fixtures/load.sql",
        """
        \\set ON_ERROR_STOP on
        \\ir ../elsewhere.sql
        \\ir roles.sql
        \\ir data.sql
        """);
    file(
        folder,
        "fixtures/roles.sql",
        """
        create role small_anonymous;
        grant small_anonymous to :"PGUSER";
        alter database :DBNAME set small.note = 'x';
        """);
    file(
        folder,
        "fixtures/data.sql",
        """
        create schema small;
        create table small.rows (id integer primary key);
        grant usage on schema small to small_anonymous;
        grant all on small.rows to small_anonymous;
        copy small.rows (id) from stdin;
        1
        2
        3
        \\.
        -- needs what nobody has
        create table small.shapes (area no_such_type);
        """);
  }

  private static void file(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
