// Printed by `cargo run -p vouchsafe-ledger --example proof_vector`; not written by hand.
export const key =
  'vouchsafe:checkpoint:ed25519:ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c';
export const page = {
  format: 'vouchsafe ledger proof v1',
  checkpoint:
    'vouchsafe/5f1d/1\n13\nTWGGoDifxQNNkuSJU6RcFYwVJf8Ok4QLLR2ZJd1xLl4=\n\n— vouchsafe/5f1d/1 TByuTy4v35G6x/rZj2PcQPtNnRfwhU52XtxfIW/paA6C6qMj5k2iNaEzrAeKl9XI3h2VM5KZvXxOAqUfPVXN83zqowQ=\n',
  entries: [
    {
      index: 0,
      leaf: '01eed3de6626ba8bc7d768ab9fa723976ef0625d5fad421f51b68947d2365cbdd8db755f1056deb892855134d9f9c0de18f33fa47bb209bc18cac1fb0d4a9e9eba851767f8d88e559bb8ad05e2d00530fa6b4bc36e1995bba9c42c42f0fed3ac5f',
      act: {
        salt: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
        text: '{"act":"assignment.sent","at_us":1795390516000000,"rule":"granted"}',
      },
      object: {
        salt: '202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01300"}',
      },
      person: {
        salt: '404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530000"}',
      },
      path: [
        'e91d27d4218eb3a5c0b87ee460eeceb3f8fe74eeaef36d6c1eb38d065cac7931',
        'f4abc761d6d38b4e3f582eb08235af01d6e7bfd9210f6ca63dd8f0e29089ef70',
        '0a17e30d3691cbe0ffa012c8b626d365d415899f47dba64fc6a187a0b393f3cb',
        'd1ac708377e680b3ead93f932537517006aacc1a7bdaf48e1d3872517b5537e1',
      ],
    },
    {
      index: 1,
      leaf: '014c4cb64d219976db750463944ac355529375823e29b666af6de9e13ce3165cfa0e1ebb2bd9d15245cac38c2c1e68ab66b9020458827abac8bb48ee460b59c11aa3683db16951c47524e4c387ed2c2561a1eaf8b1b038e7abfb2f8ddcc47760a7',
      act: {
        salt: '0708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223242526',
        text: '{"act":"assignment.sent","at_us":1795390516000001,"rule":"granted"}',
      },
      object: {
        salt: '2728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40414243444546',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01301"}',
      },
      person: {
        salt: '4748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60616263646566',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530001"}',
      },
      path: [
        '54a92786d3f0678ee3e152f35f689ba3a8d3d028e65ea25f11e49d9e05d2a286',
        'f4abc761d6d38b4e3f582eb08235af01d6e7bfd9210f6ca63dd8f0e29089ef70',
        '0a17e30d3691cbe0ffa012c8b626d365d415899f47dba64fc6a187a0b393f3cb',
        'd1ac708377e680b3ead93f932537517006aacc1a7bdaf48e1d3872517b5537e1',
      ],
    },
    {
      index: 2,
      leaf: '01a3d20ede139cb7aed26a9039f14125f517c453baa71d7c1faf05e8020c337fa602d40484cdf7122c17748e7d2a7c1daa142b1100f9891155ead4387b51f513cbcd0c888a59a7253f15ac974e7bcdb67ca4a098f70457b70101aec80b43773a16',
      act: {
        salt: '0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d',
        text: '{"act":"assignment.sent","at_us":1795390516000002,"rule":"granted"}',
      },
      object: {
        salt: '2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01302"}',
      },
      person: {
        salt: '4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530002"}',
      },
      path: [
        '3a7159958e2494501e5583b6fcbebf80963420cab6b0008ed67028e97719bcba',
        '9ee15c770eee93f78ec93ce829f3608a0a0a8ef72324afa4b06e817e910df912',
        '0a17e30d3691cbe0ffa012c8b626d365d415899f47dba64fc6a187a0b393f3cb',
        'd1ac708377e680b3ead93f932537517006aacc1a7bdaf48e1d3872517b5537e1',
      ],
    },
    {
      index: 3,
      leaf: '01da8874ddad3e23c14039c93658f17bdae6f38574dd358c64023fdc76fdb1d45bbcdb43a994ba94cdc4c40c8cde5c5d7852f0bc32aa60b916f081e0c7344fbb4850a25f33749c3fa987cf7861a7cf06453dda81886cb8f4add1c20bf338c3bf44',
      act: {
        salt: '15161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334',
        text: '{"act":"assignment.sent","at_us":1795390516000003,"rule":"granted"}',
      },
      object: {
        salt: '35363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f5051525354',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01303"}',
      },
      person: {
        salt: '55565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f7071727374',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530003"}',
      },
      path: [
        '0a07cbfcd9732548c6b3cf5dd4483ae283cb2102f8761ca78c5ef92f5a1d596f',
        '9ee15c770eee93f78ec93ce829f3608a0a0a8ef72324afa4b06e817e910df912',
        '0a17e30d3691cbe0ffa012c8b626d365d415899f47dba64fc6a187a0b393f3cb',
        'd1ac708377e680b3ead93f932537517006aacc1a7bdaf48e1d3872517b5537e1',
      ],
    },
    {
      index: 4,
      leaf: '01aa788a13b39f633655a89a9e97a1cef3643e5e3545e0b4e685abc93126658167013c7dcfff70e37cd1bcdbfb6304ab5215930410e54377aa90526c3bf7418dd86e9947e4dd37af2d967e0c6180f6a3787de1dd01eea5fd66e7c1605226c32e3f',
      act: {
        salt: '1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b',
        text: '{"act":"assignment.sent","at_us":1795390516000004,"rule":"granted"}',
      },
      object: {
        salt: '3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01304"}',
      },
      person: {
        salt: '5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530004"}',
      },
      path: [
        '874cdb36af27c3d174487405d25785e1b68d58aa699bf57696e13414fb604ba3',
        '50a7eb86b849ed5e5d1f04a90fef139c7c11a1e460478407579d12c9440d7441',
        'd2054aa41a4666d1fb30a459b9df83a6435c2b5329c22e6dd18cddb93c434801',
        'd1ac708377e680b3ead93f932537517006aacc1a7bdaf48e1d3872517b5537e1',
      ],
    },
    {
      index: 5,
      leaf: '01e113f78191273575ce7febfeaf464e331d51ae7099c71f3c0ba239b96b1815c84ddc14057f6aded55cca3b9a5c5e85006a5f2de0ed425b632bc019af0a629d26dc0e47fb1c357cf14743c9b473ae2d54b974fed552c90e6d473085376a386436',
      act: {
        salt: '232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142',
        text: '{"act":"assignment.sent","at_us":1795390516000005,"rule":"granted"}',
      },
      object: {
        salt: '434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01305"}',
      },
      person: {
        salt: '636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530005"}',
      },
      path: [
        'ecfd52973298a61157460013859c3e98b1d502bdd1385d6af41d1f390be6eb8f',
        '50a7eb86b849ed5e5d1f04a90fef139c7c11a1e460478407579d12c9440d7441',
        'd2054aa41a4666d1fb30a459b9df83a6435c2b5329c22e6dd18cddb93c434801',
        'd1ac708377e680b3ead93f932537517006aacc1a7bdaf48e1d3872517b5537e1',
      ],
    },
    {
      index: 6,
      leaf: '01db96c5739b5c82d0b29db633ec5078da4380bf600b229e40702d833b8700a257c89c208ec7d355c99b63baa13c449fb8ac47972618a7467049ff20af6c6ddf6f635840e95213fad9a5e0d2b5dc41723a2bec621c59b802dd6946b905931ac109',
      act: {
        salt: '2a2b2c2d2e2f303132333435363738393a3b3c3d3e3f40414243444546474849',
        text: '{"act":"assignment.sent","at_us":1795390516000006,"rule":"granted"}',
      },
      object: {
        salt: '4a4b4c4d4e4f505152535455565758595a5b5c5d5e5f60616263646566676869',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01306"}',
      },
      person: {
        salt: '6a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283848586878889',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530006"}',
      },
      path: [
        '5192234067ac5f1e840883543440d8be6b21344fe25505fdf4241df97c9097ae',
        'd7307873cfe5d7e78dfb48c70b22021619c747636950037277372c06014b4a76',
        'd2054aa41a4666d1fb30a459b9df83a6435c2b5329c22e6dd18cddb93c434801',
        'd1ac708377e680b3ead93f932537517006aacc1a7bdaf48e1d3872517b5537e1',
      ],
    },
    {
      index: 7,
      leaf: '01ed699abd0674eb3f68ce570e604a1d6d37af070d766ed70e782f424a377c3ae51eae4e8c1f6a19fd16d16cb84ba5462cbdbbe07006a5e4fe662c69a409177bf5be07a230a2166050d65c33a289b9023c96831f4e44e0aa096b2b3d59ded8db24',
      act: {
        salt: '3132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f50',
        text: '{"act":"assignment.sent","at_us":1795390516000007,"rule":"granted"}',
      },
      object: {
        salt: '5152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f70',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01307"}',
      },
      person: {
        salt: '7172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f90',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530007"}',
      },
      path: [
        '8db7ec1b42a8dc780cd0335429fdf03a4c63e4104047c78773946911d4badcf3',
        'd7307873cfe5d7e78dfb48c70b22021619c747636950037277372c06014b4a76',
        'd2054aa41a4666d1fb30a459b9df83a6435c2b5329c22e6dd18cddb93c434801',
        'd1ac708377e680b3ead93f932537517006aacc1a7bdaf48e1d3872517b5537e1',
      ],
    },
    {
      index: 8,
      leaf: '016a25e325ce5a7126e5e4643ee413e129cc0c3e76257b8462973e3ecf5937d2ca938727c172a6e3b384f0398a55e1f9932500b00631fd41271376ca1c09406ae3fce7f377c53df438128e755b96fcdb6bb25a95f9607a943285ed792b00c7269f',
      act: {
        salt: '38393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f5051525354555657',
        text: '{"act":"assignment.sent","at_us":1795390516000008,"rule":"granted"}',
      },
      object: {
        salt: '58595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f7071727374757677',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01308"}',
      },
      person: {
        salt: '78797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f9091929394959697',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530008"}',
      },
      path: [
        '82fa775b66f58bed5368bf532927600d58cdcdadedccdc815dfcc5965d1c7370',
        '0a1479906a7d10ce7c8548e9b0c1a19af41b6c06d137178957005e11c7c469b5',
        '407e9b2153d023c7700cb00ba96112aef3a72c55b67f39b6e0fa7adcff8bb5f0',
        'de399b2b99ec2e08dc3a0760c95b49ab5a1769e8fc4c4c5e56797492e9867148',
      ],
    },
    {
      index: 9,
      leaf: '01aa613a2d89a64d115dbca5499d07b7c7409d91daab06711d26c51c5f57a513ebc7f45c89340c2d652da656d1104e6e1b75d1182b885c0d8cc3ec0e792f09938ba3776b99fc18d096b071c85578864679a54a75bd2e45c0056d68f4f2a858f3ec',
      act: {
        salt: '3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e',
        text: '{"act":"assignment.sent","at_us":1795390516000009,"rule":"granted"}',
      },
      object: {
        salt: '5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01309"}',
      },
      person: {
        salt: '7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530009"}',
      },
      path: [
        '31fe51c6a538dce12dfbf1b3a2190818c1e3127dd2dfb9d3e80c86e340c6cf0b',
        '0a1479906a7d10ce7c8548e9b0c1a19af41b6c06d137178957005e11c7c469b5',
        '407e9b2153d023c7700cb00ba96112aef3a72c55b67f39b6e0fa7adcff8bb5f0',
        'de399b2b99ec2e08dc3a0760c95b49ab5a1769e8fc4c4c5e56797492e9867148',
      ],
    },
    {
      index: 10,
      leaf: '019ec0f8e3abbcd0e6c23525604deb6124225552021c192c1f48a3897cb0233f9314d4f8800a799a8cee8257398e5577ab7fa80eb526ab5965bdca0e9f71d931da1797717cd24b684b03e17769d88a6e29ff5888e43a4f77b2f6b95c051a1ea785',
      act: {
        salt: '464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465',
        text: '{"act":"assignment.sent","at_us":1795390516000010,"rule":"granted"}',
      },
      object: {
        salt: '666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01310"}',
      },
      person: {
        salt: '868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530010"}',
      },
      path: [
        '3ab82e87e5a1251ccdf20863b205d59e3a0852c8123bda33d46040f1abf49026',
        '134cb8a1d03d13979cee5cb0b9913329c6951709aa66c46b0eb5109c7b143c11',
        '407e9b2153d023c7700cb00ba96112aef3a72c55b67f39b6e0fa7adcff8bb5f0',
        'de399b2b99ec2e08dc3a0760c95b49ab5a1769e8fc4c4c5e56797492e9867148',
      ],
    },
    {
      index: 11,
      leaf: '01432e9d517262d8494147ef6566aecbcccb4b546f04418bdffe5a851103251e2a720437faec8e617e0821d3c68e7c5a8907b654fe098425f7432794f2357d3627805a32e65931aab8cd38f34dbaca1b6ca749fa875ee284029c7d937927f3871b',
      act: {
        salt: '4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c',
        text: '{"act":"assignment.sent","at_us":1795390516000011,"rule":"granted"}',
      },
      object: {
        salt: '6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01311"}',
      },
      person: {
        salt: '8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabac',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530011"}',
      },
      path: [
        'fc665483a87471e836a8990ccb15039ef525b8cff057c287530bb864237139e0',
        '134cb8a1d03d13979cee5cb0b9913329c6951709aa66c46b0eb5109c7b143c11',
        '407e9b2153d023c7700cb00ba96112aef3a72c55b67f39b6e0fa7adcff8bb5f0',
        'de399b2b99ec2e08dc3a0760c95b49ab5a1769e8fc4c4c5e56797492e9867148',
      ],
    },
    {
      index: 12,
      leaf: '01da1d9792ff2d899577688df0fee5ede0654a24770def577665ec3bc679e035cb28a2d1e4c39ba383940f625c11ce17759e96a44ce312f04d2ad3feed58d9201169168d950872a5e14d441653807c2a8fe6ed7b30eff1688ed6f8443cbf657eef',
      act: {
        salt: '5455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f70717273',
        text: '{"act":"assignment.sent","at_us":1795390516000012,"rule":"granted"}',
      },
      object: {
        salt: '7475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f90919293',
        text: '{"note":"λ → \\"quoted\\" 🐦","task":"89e81bb0-480b-4048-9069-921e54c01312"}',
      },
      person: {
        salt: '9495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3',
        text: '{"person":"p-f626113bc09ba79cacc2270df7530012"}',
      },
      path: [
        '2b7d374a96626e81aca7c83d72bdaf2a06dd960264f84533a524866df9fa53bc',
        'de399b2b99ec2e08dc3a0760c95b49ab5a1769e8fc4c4c5e56797492e9867148',
      ],
    },
  ],
};
